package dev.gatun.samples;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Index;
import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.ConvParams;
import dev.gatun.io.Csv;
import dev.gatun.io.LinePlot;
import dev.gatun.nn.Conv1d;
import dev.gatun.nn.Flatten;
import dev.gatun.nn.Module;
import dev.gatun.nn.ReLU;
import dev.gatun.nn.Sequential;
import dev.gatun.nn.data.DataLoader;
import dev.gatun.nn.data.TensorDataset;
import dev.gatun.nn.loss.MSELoss;
import dev.gatun.nn.optim.Adam;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.random.Generator;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Two years of rented bikes, hour by hour: a table becomes a series of days, N x C x L, by views alone. Then
 * convolutions over the hours of a day forecast the rides of the next, and are held against the plainest forecast there
 * is: each hour as yesterday's.
 */
@Command(name = "bikes", description = "Rented bikes by the hour: a table as a series of days, and a forecast.")
final class Bikes implements Callable<Integer> {
    private static final int COLUMNS = 17;
    // Some of them.
    private static final int HOLIDAY = 6;
    private static final int WEEKDAY = 7;
    private static final int WORKING_DAY = 8;
    private static final int WEATHER = 9;
    private static final int TEMPERATURE = 10;
    private static final int WIND = 13;
    private static final int RIDES = 16;

    private static final int HOURS = 24;
    private static final int WEEK = 7;
    private static final int VALIDATION_DAYS = 146; // the last fifth
    private static final int BATCH = 32;
    private static final int EPOCHS = 60;
    private static final double LR = 1e-3;
    /** About the deviation of an hour's rides: the network sees them divided by it. */
    private static final double UNIT = 200;

    private final Screen screen;
    private final PrintWriter out;
    private final Downloads downloads;

    @Mixin
    private final SampleOptions options = new SampleOptions();

    Bikes(Screen screen, Downloads downloads) {
        this.screen = screen;
        this.out = screen.out();
        this.downloads = downloads;
    }

    @Override
    public Integer call() throws IOException {
        Device device = options.device();
        Optional<Path> folder = options.out();
        Generator.global().manualSeed(options.seed());
        try (var scope = Scope.open()) {
            Tensor bikes = options.read(PublicFiles.BIKES, downloads, screen, Bikes::table); // [hours, 17]
            prepare(bikes);
            forecast(bikes, device, folder);
        }
        return 0;
    }

    private static Tensor table(Path file) throws IOException {
        // A date becomes its day of the month.
        var format = Csv.Options.defaults()
                .withConverter("dteday", date -> LocalDate.parse(date).getDayOfMonth());
        Tensor table = Csv.read(file, format).data();
        long hours = table.size(0);
        if (table.size(1) != COLUMNS || hours % HOURS != 0 || hours < HOURS * (WEEK + 2L * VALIDATION_DAYS)) {
            throw new IOException(file + ": expected " + COLUMNS + " columns and two years of hours: it has "
                    + table.size(1) + " columns and " + hours + " hours");
        }
        Tables.requireFinite(file, table);
        Tables.requireWithin(file, "weekday", table.select(1, WEEKDAY), 0, WEEK - 1);
        Tables.requireWithin(file, "weathersit", table.select(1, WEATHER), 1, 4);
        return table;
    }

    // ---- from rows to days ----

    private void prepare(Tensor bikes) {
        out.println(bikes);
        out.println(shapeAndStrides(bikes));
        Tensor daily = bikes.view(-1, HOURS, bikes.size(1)); // days x hours x columns; no number moves
        out.println(shapeAndStrides(daily));
        daily = daily.transpose(1, 2); // N x C x L: again nothing but other strides
        out.println(shapeAndStrides(daily));

        Tensor firstDay = bikes.narrow(0, 0, HOURS).to(DType.I64);
        Tensor weatherOnehot = Tensor.zeros(firstDay.size(0), 4);
        Tensor weather = firstDay.index(Index.all(), Index.at(WEATHER)); // from 1, clear, to 4, storm
        out.println(weather);
        // 0.1 is the tutorial's. Unlike scatter_, scatter leaves weatherOnehot as it was, and the zeros go into cat.
        out.println(weatherOnehot.scatter(1, weather.unsqueeze(1).sub(1), 0.1));
        out.println(
                Tensor.cat(List.of(bikes.narrow(0, 0, HOURS), weatherOnehot), 1).narrow(0, 0, 1));

        Tensor dailyWeatherOnehot = Tensor.zeros(daily.size(0), 4, daily.size(2));
        out.println(dailyWeatherOnehot.shape());
        daily = Tensor.cat(List.of(daily, dailyWeatherOnehot), 1);
        out.println(daily.shape());

        // A slice is a view: what is written into it stands in daily.
        Tensor level = daily.index(Index.all(), Index.at(WEATHER), Index.all());
        level.copy_(level.sub(1.0).div(3.0));
        Tensor temp = daily.index(Index.all(), Index.at(TEMPERATURE), Index.all());
        temp.copy_(temp.sub(temp.mean()).div(temp.std()));
    }

    private static String shapeAndStrides(Tensor x) {
        return "(" + x.shape() + ", " + Arrays.toString(x.strides()) + ")";
    }

    // ---- a forecast of the next day ----

    /**
     * What is known of each day beforehand, and its rides. The weather is the day's own, as if its forecast had been right.
     *
     * @return data F32 [days, channels, 24], targets F32 [days, 24]; the first week is missing, as it lacks a week before
     */
    private static TensorDataset days(Tensor bikes) {
        Tensor daily = bikes.view(-1, HOURS, bikes.size(1)).transpose(1, 2); // [days, 17, 24]
        Tensor rides = daily.narrow(1, RIDES, 1).div(UNIT);
        long days = daily.size(0) - WEEK;
        Tensor today = daily.narrow(0, WEEK, days);
        Tensor hour = Tensor.eye(HOURS).to(bikes.device()).expand(days, HOURS, HOURS); // one channel for each hour
        Tensor weekday = today.select(1, WEEKDAY)
                .to(DType.I64)
                .oneHot(WEEK)
                .transpose(1, 2)
                .to(DType.F32);
        Tensor known = Tensor.cat(
                List.of(
                        hour,
                        weekday,
                        today.narrow(1, HOLIDAY, 1),
                        today.narrow(1, WORKING_DAY, WIND - WORKING_DAY + 1), // and weather, temperatures, humidity
                        rides.narrow(0, 0, days), // a week ago
                        rides.narrow(0, WEEK - 1, days)), // yesterday, the last channel
                1);
        return new TensorDataset(known, rides.narrow(0, WEEK, days).squeeze(1));
    }

    private void forecast(Tensor bikes, Device device, Optional<Path> folder) throws IOException {
        TensorDataset all = days(bikes);
        int trainDays = all.size() - VALIDATION_DAYS;
        var loader = new DataLoader(part(all, 0, trainDays), BATCH, true);
        TensorDataset held = part(all, trainDays, VALIDATION_DAYS); // the last days: a forecast looks forward
        Tensor heldX = held.data().to(device);
        Tensor heldY = held.target().to(device);

        var sameSize = ConvParams.defaults().withPadding(2);
        Module model = new Sequential(
                new Conv1d(heldX.size(1), 64, 5, sameSize),
                new ReLU(),
                new Conv1d(64, 64, 5, sameSize),
                new ReLU(),
                new Conv1d(64, 1, 5, sameSize),
                new Flatten());
        model.to(device);
        var criterion = new MSELoss();
        var optimizer = new Adam(model.parameters(), LR);
        var curves = new LearningCurves(out);
        int epochs = options.epochs(EPOCHS);
        for (int epoch = 1; epoch <= epochs; epoch++) {
            double trainLoss = 0;
            for (var batch : screen.progress("Epoch %d/%d".formatted(epoch, epochs), loader)) {
                try (var step = Scope.open()) {
                    optimizer.zeroGrad();
                    Tensor loss = criterion.forward(
                            model.forward(batch.data().to(device)),
                            batch.target().to(device));
                    loss.backward();
                    optimizer.step();
                    trainLoss += loss.item() * batch.size() / trainDays;
                }
            }
            try (var off = GradMode.noGrad();
                    var step = Scope.open()) {
                curves.add(
                        trainLoss,
                        criterion.forward(model.forward(heldX), heldY).item());
            }
        }

        try (var off = GradMode.noGrad()) {
            Tensor actual = heldY.mul(UNIT); // [days, 24], rides
            Tensor forecast = model.forward(heldX).mul(UNIT).clampMin(0);
            Tensor yesterday = heldX.select(1, -1).mul(UNIT);
            out.printf(Locale.ROOT, "Mean error in the last %d days, rides per hour:%n", VALIDATION_DAYS);
            out.printf(Locale.ROOT, "  same hour yesterday: %.1f%n", meanError(yesterday, actual));
            out.printf(Locale.ROOT, "  network: %.1f%n", meanError(forecast, actual));
            if (folder.isPresent()) {
                curves.plot("Forecast of rides: learning curves", "mean squared error (200 rides)²")
                        .logY()
                        .save(folder.get().resolve("bikes-losses.png"));
                new LinePlot(
                                "A week of August 2012: each day by its own weather and the rides before it",
                                "hour of the week",
                                "rides per hour")
                        .line("rides", firstWeek(actual))
                        .line("network", firstWeek(forecast))
                        .line("same hour yesterday", firstWeek(yesterday))
                        .save(folder.get().resolve("bikes-week.png"));
            }
        }
    }

    private static TensorDataset part(TensorDataset days, long from, long count) {
        return new TensorDataset(
                days.data().narrow(0, from, count), days.target().narrow(0, from, count));
    }

    private static double meanError(Tensor forecast, Tensor actual) {
        return forecast.sub(actual).abs().mean().item();
    }

    private static Tensor firstWeek(Tensor days) {
        return days.narrow(0, 0, WEEK).flatten();
    }
}

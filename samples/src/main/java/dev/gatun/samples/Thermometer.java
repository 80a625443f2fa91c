package dev.gatun.samples;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.io.LinePlot;
import dev.gatun.nn.optim.Adam;
import dev.gatun.nn.optim.Optimizer;
import dev.gatun.nn.optim.SGD;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Scope;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Eleven readings of a thermometer in an unknown unit, and what they are in Celsius: a line is fitted by hand-written
 * gradients, by autograd, by optimizers, and with readings held back to validate it. The unit turns out to be Fahrenheit.
 */
@Command(name = "thermometer", description = "A line through eleven readings: gradients by hand, autograd, optimizers.")
final class Thermometer implements Callable<Integer> {
    private static final Set<Integer> SHOWN = Set.of(1, 2, 3, 10, 11, 99, 100, 4000, 5000);
    private static final Set<Integer> GAPS = Set.of(4, 12, 101);

    private final PrintWriter out;

    @Mixin
    private final SampleOptions options = new SampleOptions();

    Thermometer(Screen screen) {
        this.out = screen.out();
    }

    @Override
    public Integer call() throws IOException {
        Device device = options.device();
        Optional<Path> folder = options.out();
        try (var scope = Scope.open()) {
            // The same temperatures in Celsius and in the unknown unit, [11] each.
            Tensor tC = Tensor.of(0.5f, 14, 15, 28, 11, 8, 3, -4, 6, 13, 21).to(device);
            Tensor tU = Tensor.of(35.7f, 55.9f, 58.2f, 81.9f, 56.3f, 48.9f, 33.9f, 21.8f, 48.4f, 60.4f, 68.4f)
                    .to(device);
            Tensor tUn = tU.mul(0.1); // weight and bias now want steps of about the same size

            firstGuess(tU, tC);
            Tensor params = byHand(tU, tUn, tC);
            byAutograd(tU, tUn, tC);
            byOptimizer(tU, tUn, tC);
            withValidation(tU, tC);

            if (folder.isPresent()) {
                draw(tU, tC, model(tUn, params), folder.get());
            }
        }
        return 0;
    }

    private static Tensor model(Tensor tU, Tensor w, Tensor b) {
        return w.mul(tU).add(b);
    }

    /** The model with both parameters in one tensor, [2]. */
    private static Tensor model(Tensor tU, Tensor params) {
        return model(tU, params.get(0), params.get(1));
    }

    private static Tensor lossFn(Tensor tP, Tensor tC) {
        Tensor squaredDiffs = tP.sub(tC).pow(2);
        return squaredDiffs.mean();
    }

    // ---- a guess, and where it is downhill from there ----

    private void firstGuess(Tensor tU, Tensor tC) {
        title("A first guess: t_c = 1 t_u + 0");
        Tensor w = Tensor.ones().to(tU.device());
        Tensor b = Tensor.zeros().to(tU.device());
        Tensor tP = model(tU, w, b);
        out.println(tP);
        out.println(lossFn(tP, tC));

        double delta = 0.1;
        double learningRate = 1e-2;
        Tensor rateOfChangeW = lossFn(model(tU, w.add(delta), b), tC)
                .sub(lossFn(model(tU, w.sub(delta), b), tC))
                .div(2 * delta);
        w = w.sub(rateOfChangeW.mul(learningRate));
        Tensor rateOfChangeB = lossFn(model(tU, w, b.add(delta)), tC)
                .sub(lossFn(model(tU, w, b.sub(delta)), tC))
                .div(2 * delta);
        b = b.sub(rateOfChangeB.mul(learningRate));
        out.println("Loss changes by " + rateOfChangeW + " per w, then by " + rateOfChangeB + " per b");
        out.println("One step against it: w " + w + ", b " + b);
    }

    // ---- gradients by hand ----

    private static Tensor dLossFn(Tensor tP, Tensor tC) {
        return tP.sub(tC).mul(2).div(tP.size(0));
    }

    private static Tensor gradFn(Tensor tU, Tensor tC, Tensor tP) {
        Tensor dLossDtp = dLossFn(tP, tC); // the chain rule: the loss by the prediction,
        Tensor dLossDw = dLossDtp.mul(tU); // the prediction by w is t_u,
        Tensor dLossDb = dLossDtp.mul(1.0); // and by b it is 1
        return Tensor.stack(dLossDw.sum(), dLossDb.sum());
    }

    private Tensor byHand(Tensor tU, Tensor tUn, Tensor tC) {
        title("Gradients by hand, learning rate 1e-2: it diverges");
        Tensor params = start(tU);
        for (int epoch = 1; epoch <= options.epochs(100); epoch++) {
            try (var step = Scope.open()) {
                Tensor tP = model(tU, params); // forward
                Tensor loss = lossFn(tP, tC);
                Tensor grad = gradFn(tU, tC, tP); // backward
                params.sub_(grad.mul(1e-2));
                out.println("Epoch " + epoch + ", Loss " + decimal(loss.item(), 6));
            }
        }
        out.println(params);

        title("The same with its parameters, until the loss is infinite");
        out.println(trainingLoop(100, 1e-2, tU, tC, true));
        title("Learning rate 1e-4: it converges, slowly");
        out.println(trainingLoop(100, 1e-4, tU, tC, true));
        title("Learning rate 1e-2, on 0.1 t_u");
        out.println(trainingLoop(100, 1e-2, tUn, tC, true));
        title("The same, longer");
        Tensor params5000 = trainingLoop(5000, 1e-2, tUn, tC, false);
        out.println(params5000);
        return params5000;
    }

    private static Tensor start(Tensor tU) {
        return Tensor.of(1.0f, 0.0f).to(tU.device());
    }

    private Tensor trainingLoop(int most, double learningRate, Tensor tU, Tensor tC, boolean printParams) {
        Tensor params = start(tU);
        for (int epoch = 1; epoch <= options.epochs(most); epoch++) {
            try (var step = Scope.open()) {
                Tensor tP = model(tU, params);
                Tensor loss = lossFn(tP, tC);
                Tensor grad = gradFn(tU, tC, tP);
                params.sub_(grad.mul(learningRate));
                if (SHOWN.contains(epoch)) {
                    out.println("Epoch " + epoch + ", Loss " + decimal(loss.item(), 6));
                    if (printParams) {
                        out.println("    Params: " + params);
                        out.println("    Grad:   " + grad);
                    }
                }
                if (GAPS.contains(epoch)) {
                    out.println("...");
                }
                if (!Double.isFinite(loss.item())) {
                    break;
                }
            }
        }
        return params;
    }

    // ---- gradients by autograd ----

    private void byAutograd(Tensor tU, Tensor tUn, Tensor tC) {
        title("Autograd");
        Tensor params = start(tU).requiresGrad_(); // every operation on it is recorded from here on
        out.println("No gradient yet: " + !params.hasGrad());
        Tensor loss = lossFn(model(tU, params), tC);
        loss.backward();
        out.println(params.grad());
        params.zeroGrad(); // the next backward would add to it

        for (int epoch = 1; epoch <= options.epochs(5000); epoch++) {
            try (var step = Scope.open()) {
                params.zeroGrad();
                loss = lossFn(model(tUn, params), tC);
                loss.backward();
                try (var off = GradMode.noGrad()) {
                    params.sub_(params.grad().mul(1e-2));
                }
                printEvery500(epoch, loss);
            }
        }
        out.println(params);
    }

    private void printEvery500(int epoch, Tensor loss) {
        if (epoch % 500 == 0) {
            out.println("Epoch " + epoch + ", Loss " + decimal(loss.item(), 6));
        }
    }

    // ---- optimizers ----

    private void byOptimizer(Tensor tU, Tensor tUn, Tensor tC) {
        title("One step of SGD, learning rate 1e-5");
        Tensor params = start(tU).requiresGrad_();
        Optimizer optimizer = new SGD(List.of(params), 1e-5);
        lossFn(model(tU, params), tC).backward();
        optimizer.step();
        out.println(params);

        title("One step of SGD, learning rate 1e-2, on 0.1 t_u");
        params = start(tU).requiresGrad_();
        optimizer = new SGD(List.of(params), 1e-2);
        Tensor loss = lossFn(model(tUn, params), tC);
        optimizer.zeroGrad();
        loss.backward();
        optimizer.step();
        out.println(params);

        title("SGD, learning rate 1e-2, on 0.1 t_u");
        params = start(tU).requiresGrad_();
        trainingLoop(5000, new SGD(List.of(params), 1e-2), params, tUn, tC);
        out.println(params);

        title("Adam, learning rate 1e-1, on t_u as it is");
        params = start(tU).requiresGrad_();
        trainingLoop(2000, new Adam(List.of(params), 1e-1), params, tU, tC);
        out.println(params);
    }

    private void trainingLoop(int most, Optimizer optimizer, Tensor params, Tensor tU, Tensor tC) {
        for (int epoch = 1; epoch <= options.epochs(most); epoch++) {
            try (var step = Scope.open()) {
                Tensor loss = lossFn(model(tU, params), tC);
                optimizer.zeroGrad();
                loss.backward();
                optimizer.step();
                printEvery500(epoch, loss);
            }
        }
    }

    // ---- training and validation ----

    private void withValidation(Tensor tU, Tensor tC) {
        title("Training and validation");
        long samples = tU.size(0);
        long validation = (long) (0.2 * samples);
        // Tensor.randperm(samples) draws a new order each time; this is the one that the tutorial drew.
        Tensor shuffled = Tensor.of(2L, 6, 3, 9, 10, 8, 7, 5, 4, 1, 0).to(tU.device());
        Tensor train = shuffled.narrow(0, 0, samples - validation);
        Tensor held = shuffled.narrow(0, samples - validation, validation);
        out.println("(" + train + ", " + held + ")");
        Tensor trainTC = tC.index(train);
        Tensor trainTUn = tU.index(train).mul(0.1);
        Tensor valTC = tC.index(held);
        Tensor valTUn = tU.index(held).mul(0.1);

        Tensor params = start(tU).requiresGrad_();
        Optimizer optimizer = new SGD(List.of(params), 1e-2);
        for (int epoch = 1; epoch <= options.epochs(3000); epoch++) {
            try (var step = Scope.open()) {
                Tensor trainLoss = lossFn(model(trainTUn, params), trainTC);
                Tensor valLoss;
                try (var off = GradMode.noGrad()) { // nobody goes back through this one, so nothing is recorded
                    valLoss = lossFn(model(valTUn, params), valTC);
                }
                optimizer.zeroGrad();
                trainLoss.backward();
                optimizer.step();
                if (epoch <= 3 || epoch % 500 == 0) {
                    out.println("Epoch " + epoch + ", Training loss " + decimal(trainLoss.item(), 4)
                            + ", Validation loss " + decimal(valLoss.item(), 4));
                }
            }
        }
        out.println(params);
        for (boolean isTrain : new boolean[] {true, false}) {
            Tensor loss = calcForward(valTUn, valTC, params, isTrain);
            out.println("setGradEnabled(" + isTrain + "): the loss requires a gradient: " + loss.requiresGrad());
        }
    }

    private static Tensor calcForward(Tensor tU, Tensor tC, Tensor params, boolean isTrain) {
        try (var mode = GradMode.setGradEnabled(isTrain)) {
            return lossFn(model(tU, params), tC);
        }
    }

    // ---- text and pictures ----

    private void title(String text) {
        out.println();
        out.println("# " + text);
    }

    /** Python's {@code %f}: all digits of a large number, where Java's would pad with zeros. */
    private static String decimal(double x, int digits) {
        if (!Double.isFinite(x)) {
            return Double.isNaN(x) ? "nan" : x > 0 ? "inf" : "-inf";
        }
        return new BigDecimal(x).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
    }

    private static void draw(Tensor tU, Tensor tC, Tensor tP, Path folder) throws IOException {
        new LinePlot("Eleven readings", "measurement (unknown unit)", "temperature (°C)")
                .points("readings", tU, tC)
                .save(folder.resolve("thermometer-readings.png"));
        new LinePlot("The fitted line: the unit is Fahrenheit", "temperature (°F)", "temperature (°C)")
                .line("model", tU, tP)
                .points("readings", tU, tC)
                .save(folder.resolve("thermometer-fit.png"));
    }
}

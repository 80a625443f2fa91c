package dev.gatun.samples;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Starts a sample by its name; without one it lists them. The exit code is 0, or 2 where the input is bad, or 1 where
 * something else goes wrong. An error is one line on standard error; {@code -Dgatun.debug} adds the stack trace.
 */
@Command(
        name = "samples/run",
        synopsisSubcommandLabel = "[NAME [OPTION...]]",
        commandListHeading = "%nSamples, each with its own --help:%n",
        description = "Runs a sample. Without a name it lists them.")
public final class Main implements Callable<Integer> {
    private static final String LOG_FORMAT = "java.util.logging.SimpleFormatter.format";

    private final Screen screen;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this.")
    @SuppressWarnings("UnusedVariable") // read by picocli
    private boolean help;

    private Main(Screen screen) {
        this.screen = screen;
    }

    /**
     * Runs a sample and ends the process.
     *
     * @param args the sample's name and its options
     */
    public static void main(String[] args) {
        if (System.getProperty(LOG_FORMAT) == null) {
            System.setProperty(LOG_FORMAT, "%5$s%6$s%n"); // one line for each of the library's messages
        }
        Path cache = dev.gatun.nn.data.Mnist.dataFolder();
        System.exit(run(Screen.ofProcess(), Downloads.into(System.getenv("GATUN_DATA"), cache), args));
    }

    /** The samples, in the order in which they are listed. */
    private static List<Callable<Integer>> samples(Screen screen, Downloads downloads) {
        return List.of(
                new LinearRegression(screen),
                new Activations(screen),
                new Optimizers(screen),
                new Mnist(screen, downloads),
                new MnistMinibatch(screen, downloads),
                new MnistRegularization(screen, downloads),
                new Lenet(screen, downloads),
                new Thermometer(screen),
                new Bikes(screen, downloads),
                new Wine(screen, downloads),
                new Text(screen, downloads),
                new Images(screen, downloads),
                new Volume(screen, downloads),
                new Serve(screen, downloads),
                new Devices(screen),
                new ZeroCopy(screen));
    }

    /**
     * Runs a sample.
     *
     * @param screen what it writes to
     * @param downloads gets files where no folder is named
     * @param args the sample's name and its options
     * @return the exit code
     */
    static int run(Screen screen, Downloads downloads, String... args) {
        CommandLine commands = new CommandLine(new Main(screen));
        samples(screen, downloads).forEach(commands::addSubcommand);
        commands.getSubcommands()
                .values()
                .forEach(sample ->
                        sample.getCommandSpec().usageMessage().footer("What the sample has no use for is ignored."));
        commands.setCaseInsensitiveEnumValuesAllowed(true)
                .setExpandAtFiles(false)
                .setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF))
                .setOut(screen.out())
                .setErr(screen.err())
                .setParameterExceptionHandler((e, ignored) -> badInput(e))
                .setExecutionExceptionHandler((e, command, ignored) -> failure(screen, command.getCommandName(), e));
        try {
            return commands.execute(args);
        } catch (Error e) { // memory that is out, a class that cannot start: an end like any other
            return failure(screen, "samples/run", e);
        }
    }

    @Override
    public Integer call() {
        screen.out().println("Samples, as in samples/run mnist --epochs 2; samples/run NAME --help shows the options:");
        subcommands()
                .forEach(sample -> screen.out()
                        .printf(
                                "  %-21s %s%n",
                                sample.getCommandName(),
                                String.join(
                                        " ",
                                        sample.getCommandSpec().usageMessage().description())));
        return ExitCode.OK;
    }

    private Stream<CommandLine> subcommands() {
        return spec == null ? Stream.empty() : spec.subcommands().values().stream();
    }

    private static int badInput(ParameterException e) {
        CommandLine command = e.getCommandLine();
        report(command.getErr(), command.getCommandName(), explain(e), e);
        return ExitCode.USAGE;
    }

    private static String explain(ParameterException e) {
        CommandLine command = e.getCommandLine();
        if (e.getArgSpec() instanceof OptionSpec option && e.getValue() != null) {
            return option.longestName() + ": " + wanted(option) + ": " + e.getValue();
        }
        if (!(e instanceof UnmatchedArgumentException unmatched)) {
            return Errors.line(e);
        }
        String argument = unmatched.getUnmatched().getFirst();
        if (!argument.startsWith("-") && !command.getSubcommands().isEmpty()) {
            return "unknown sample '" + argument + "'; samples: "
                    + String.join(", ", command.getSubcommands().keySet());
        }
        String problem = argument.startsWith("-") ? "unknown option '" : "unexpected argument '";
        return problem + argument + "'; options: "
                + command.getCommandSpec().options().stream()
                        .map(OptionSpec::longestName)
                        .sorted()
                        .collect(Collectors.joining(", "));
    }

    /** What an option takes, where it got something that is not even of its type. */
    private static String wanted(OptionSpec option) {
        if (option.completionCandidates() != null) {
            return "must be one of " + String.join(", ", option.completionCandidates());
        }
        Class<?> type = option.type();
        if (type == int.class) {
            return "must be a whole number up to " + Integer.MAX_VALUE;
        }
        return type == long.class ? "must be a whole number" : "must be a number";
    }

    private static int failure(Screen screen, String name, Throwable e) {
        report(screen.err(), name, Errors.line(e), e);
        return e instanceof IllegalArgumentException ? ExitCode.USAGE : ExitCode.SOFTWARE;
    }

    private static void report(PrintWriter err, String name, String problem, Throwable e) {
        String prefix = name + ": ";
        err.println(problem.startsWith(prefix) ? problem : prefix + problem);
        if (System.getProperty("gatun.debug") != null) {
            e.printStackTrace(err);
        }
    }
}

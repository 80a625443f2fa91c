package dev.gatun.testing.cuda;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The families whose kernels the program {@code check} knows, with the rows of their tables that it launches. */
enum Checked {
    ELEMENTWISE("unary_exp binary_add compare_lt"),
    CAST("cast_F32 copy"),
    REDUCE("reduce_sum arg"),
    NORM("softmax loss"),
    UPDATE("update_momentum"),
    RANDOM(""),
    LINALG("product bias_relu"),
    INDEX("scatter mask"),
    NORMALIZE(""),
    POOL(""),
    SORT("sort histogram"),
    CONV(""),
    SCAN("scan_sum"),
    RECURRENT("lstm");

    /** Ascending, descending and shuffled: the orders in which threads take turns. */
    private static final List<String> ORDERS = List.of("0", "1", "7");

    /** Minutes after which a check hangs. */
    private static final int LIMIT = 2;

    private final String rows;

    Checked(String rows) {
        this.rows = rows;
    }

    String family() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Compiles the family from a folder of sources, and runs its check in each order.
     *
     * @param sources native/cuda, or a copy of it
     * @param library to write
     * @param withChecks whether wrong accesses and races are noticed
     * @return how the check ended
     */
    Tools.Outcome run(Path sources, Path library, boolean withChecks) {
        List<String> arguments =
                new ArrayList<>(List.of(sources.resolve(family() + ".cu").toString(), library.toString()));
        if (withChecks) {
            arguments.add("checked");
        }
        arguments.addAll(Tools.rows(rows));
        Tools.build("kernels", arguments.toArray(String[]::new));
        List<String> command =
                new ArrayList<>(List.of(Tools.folder().resolve("check").toString(), library.toString()));
        command.add(family());
        command.addAll(ORDERS);
        return Tools.run(command, LIMIT);
    }
}

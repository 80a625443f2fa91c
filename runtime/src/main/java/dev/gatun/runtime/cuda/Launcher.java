package dev.gatun.runtime.cuda;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Launches kernels of one family, which stand in {@code native/cuda/<family>.cu}. Those of a table are compiled row by
 * row, when the first of a row is asked for, since a program uses few of them; what stands outside of the tables is
 * compiled at once. With {@code -Dgatun.cuda.rows=false} a source is compiled as a whole: faster for who uses all rows.
 *
 * <pre>{@code
 * launcher.start(exp).operand(o, 0).operand(o, 1).add(o.count()).run(blocks, threads);
 * }</pre>
 *
 * Work goes to the current stream of the thread, and does not wait.
 */
public final class Launcher {
    private final CudaDevice device;
    private final String family;
    private final CudaModule all;
    private final boolean byRow;
    private final ConcurrentHashMap<String, CudaModule> rows = new ConcurrentHashMap<>();

    public Launcher(CudaDevice device, String family) {
        this.device = device;
        this.family = family;
        this.all = new CudaModule(device, family, List.of());
        this.byRow = !"false".equals(System.getProperty("gatun.cuda.rows"));
    }

    /**
     * A kernel by the name it has in the source, which is compiled as a whole. Found once: keep it where the name would
     * have to be put together.
     *
     * @throws dev.gatun.runtime.GatunException if the source has no such kernel, or does not compile
     */
    public CudaFunction kernel(String name) {
        return all.function(name);
    }

    /**
     * A kernel of a row of a table, of which nothing else is compiled.
     *
     * @param row as the source names it to {@code GT_WHEN}
     * @param name of the kernel
     * @throws dev.gatun.runtime.GatunException as {@link #kernel(String)}
     */
    public CudaFunction kernel(String row, String name) {
        if (!byRow) {
            return all.function(name);
        }
        CudaModule module = rows.get(row);
        if (module == null) {
            module = rows.computeIfAbsent(
                    row, each -> new CudaModule(device, family, List.of("-DGT_ROWS", "-DGT_ROW_" + each + "=,")));
        }
        return module.function(name);
    }

    /** Begins a launch on the current stream. */
    public Launch start(CudaFunction kernel) {
        return CudaThread.enter(device)
                .launch()
                .start(kernel, CudaThread.stream(device).queue());
    }
}

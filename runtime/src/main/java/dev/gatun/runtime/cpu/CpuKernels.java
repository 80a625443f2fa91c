package dev.gatun.runtime.cpu;

import dev.gatun.runtime.kernels.Kernels;

/** The kernels of libgatun: one launch class for each family. */
final class CpuKernels implements Kernels {
    private final CpuElementwise elementwise = new CpuElementwise();
    private final CpuReduce reduce = new CpuReduce(elementwise);
    private final CpuScan scan = new CpuScan();
    private final CpuLinalg linalg = new CpuLinalg();
    private final CpuLapack lapack;
    private final CpuNorm norm = new CpuNorm();
    private final CpuConv conv;
    private final CpuPool pool = new CpuPool();
    private final CpuNormalize normalize = new CpuNormalize();
    private final CpuRecurrent recurrent;
    private final CpuIndex index = new CpuIndex();
    private final CpuSort sort;
    private final CpuRandom random;
    private final CpuUpdate update = new CpuUpdate();

    CpuKernels(CpuDevice device) {
        lapack = new CpuLapack(device);
        sort = new CpuSort(device);
        conv = new CpuConv(device);
        recurrent = new CpuRecurrent(device);
        random = new CpuRandom(device);
    }

    @Override
    public Elementwise elementwise() {
        return elementwise;
    }

    @Override
    public Reduce reduce() {
        return reduce;
    }

    @Override
    public Scan scan() {
        return scan;
    }

    /** Loads the BLAS when first asked for, so that everything else works without one. */
    @Override
    public Linalg linalg() {
        CpuDevice.loadBlas();
        return linalg;
    }

    /** Binds LAPACK when first asked for. */
    @Override
    public Lapack lapack() {
        CpuDevice.loadLapack();
        return lapack;
    }

    @Override
    public Norm norm() {
        return norm;
    }

    @Override
    public Conv conv() {
        return conv;
    }

    @Override
    public Pool pool() {
        return pool;
    }

    @Override
    public Normalize normalize() {
        return normalize;
    }

    @Override
    public Recurrent recurrent() {
        return recurrent;
    }

    @Override
    public Index index() {
        return index;
    }

    @Override
    public Sort sort() {
        return sort;
    }

    @Override
    public Random random() {
        return random;
    }

    @Override
    public Update update() {
        return update;
    }
}

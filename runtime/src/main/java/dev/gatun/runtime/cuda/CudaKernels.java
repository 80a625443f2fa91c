package dev.gatun.runtime.cuda;

import dev.gatun.runtime.kernels.Kernels;

/** The kernels of a card: one launch class for each family. */
final class CudaKernels implements Kernels {
    private final CudaElementwise elementwise;
    private final CudaReduce reduce;
    private final CudaScan scan;
    private final CudaLinalg linalg;
    private final CudaLapack lapack;
    private final CudaNorm norm;
    private final CudaConv conv;
    private final CudaPool pool;
    private final CudaNormalize normalize;
    private final CudaRecurrent recurrent;
    private final CudaIndex index;
    private final CudaSort sort;
    private final CudaRandom random;
    private final CudaUpdate update;

    CudaKernels(CudaDevice device) {
        elementwise = new CudaElementwise(device);
        reduce = new CudaReduce(device, elementwise);
        scan = new CudaScan(device);
        linalg = new CudaLinalg(device);
        lapack = new CudaLapack(device);
        norm = new CudaNorm(device);
        conv = new CudaConv(device, elementwise, reduce);
        pool = new CudaPool(device);
        normalize = new CudaNormalize(device);
        recurrent = new CudaRecurrent(device, elementwise, linalg);
        index = new CudaIndex(device);
        sort = new CudaSort(device, elementwise, index);
        random = new CudaRandom(device);
        update = new CudaUpdate(device);
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

    @Override
    public Linalg linalg() {
        return linalg;
    }

    @Override
    public Lapack lapack() {
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

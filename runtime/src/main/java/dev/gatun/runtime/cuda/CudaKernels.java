package dev.gatun.runtime.cuda;

import dev.gatun.runtime.GatunException;
import dev.gatun.runtime.Kernels;

/** The kernels of a card: one launch class for each family. Families that have none yet say so. */
final class CudaKernels implements Kernels {
    private final CudaDevice device;

    private final CudaElementwise elementwise;
    private final CudaReduce reduce;
    private final CudaScan scan;
    private final CudaLinalg linalg;
    private final CudaNorm norm;
    private final CudaPool pool;
    private final CudaNormalize normalize;
    private final CudaIndex index;
    private final CudaRandom random;
    private final CudaUpdate update;

    CudaKernels(CudaDevice device) {
        this.device = device;
        elementwise = new CudaElementwise(device);
        reduce = new CudaReduce(device, elementwise);
        scan = new CudaScan(device);
        linalg = new CudaLinalg(device);
        norm = new CudaNorm(device);
        pool = new CudaPool(device);
        normalize = new CudaNormalize(device);
        index = new CudaIndex(device);
        random = new CudaRandom(device);
        update = new CudaUpdate(device);
    }

    private GatunException missing(String family) {
        return new GatunException(
                "cuda: " + family + " do not run on " + device + " in this version; use Device.cpu()");
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
        throw missing("factors of matrices");
    }

    @Override
    public Norm norm() {
        return norm;
    }

    @Override
    public Conv conv() {
        throw missing("convolution");
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
    public Index index() {
        return index;
    }

    @Override
    public Sort sort() {
        throw missing("sorting");
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

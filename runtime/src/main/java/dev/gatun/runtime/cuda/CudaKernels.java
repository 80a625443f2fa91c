package dev.gatun.runtime.cuda;

import dev.gatun.runtime.GatunException;
import dev.gatun.runtime.Kernels;

/** The kernels of a card: one launch class for each family. Families that have none yet say so. */
final class CudaKernels implements Kernels {
    private final CudaDevice device;

    CudaKernels(CudaDevice device) {
        this.device = device;
    }

    private GatunException missing(String family) {
        return new GatunException("cuda: " + family + " do not run on " + device + " in this version; use Device.cpu()");
    }

    @Override
    public Elementwise elementwise() {
        throw missing("element operations");
    }

    @Override
    public Reduce reduce() {
        throw missing("reductions");
    }

    @Override
    public Scan scan() {
        throw missing("scans");
    }

    @Override
    public Linalg linalg() {
        throw missing("matrix products");
    }

    @Override
    public Lapack lapack() {
        throw missing("factors of matrices");
    }

    @Override
    public Norm norm() {
        throw missing("softmax and its losses");
    }

    @Override
    public Conv conv() {
        throw missing("convolution");
    }

    @Override
    public Pool pool() {
        throw missing("pooling");
    }

    @Override
    public Normalize normalize() {
        throw missing("normalisation");
    }

    @Override
    public Index index() {
        throw missing("indexing");
    }

    @Override
    public Sort sort() {
        throw missing("sorting");
    }

    @Override
    public Random random() {
        throw missing("random numbers");
    }

    @Override
    public Update update() {
        throw missing("optimizer steps");
    }
}

package dev.gatun.runtime.cuda;

import java.util.List;

/**
 * A library that CUDA work needs.
 *
 * @param name as messages give it
 * @param sonames to look for, the newest first
 * @param symbol that it must have
 */
public record CudaLibrary(String name, List<String> sonames, String symbol) {
    /** The driver: it comes with the card, never with a toolkit, which has only a stand-in for linkers. */
    public static final CudaLibrary DRIVER = new CudaLibrary("driver", List.of("libcuda.so.1"), "cuInit");

    /** The compiler of kernels. */
    public static final CudaLibrary NVRTC =
            new CudaLibrary("NVRTC", List.of("libnvrtc.so.13", "libnvrtc.so.12"), "nvrtcVersion");

    /** Matrix products. */
    public static final CudaLibrary CUBLAS =
            new CudaLibrary("cuBLAS", List.of("libcublas.so.13", "libcublas.so.12"), "cublasCreate_v2");

    /** Matrix products with bias and activation; it comes with cuBLAS. */
    public static final CudaLibrary CUBLASLT =
            new CudaLibrary("cuBLASLt", List.of("libcublasLt.so.13", "libcublasLt.so.12"), "cublasLtCreate");

    /** Convolutions: what needs none works without it. */
    public static final CudaLibrary CUDNN = new CudaLibrary("cuDNN", List.of("libcudnn.so.9"), "cudnnCreate");

    /** What a device needs, in the order of reports. */
    public static final List<CudaLibrary> NEEDED = List.of(DRIVER, NVRTC, CUBLAS, CUBLASLT);

    /** The same, and what is used where it is there. */
    public static final List<CudaLibrary> ALL = List.of(DRIVER, NVRTC, CUBLAS, CUBLASLT, CUDNN);

    public boolean isDriver() {
        return equals(DRIVER);
    }

    /** Only the sonames that a driver for a version of CUDA can run: those up to its major version. */
    public CudaLibrary upTo(int major) {
        List<String> fitting = sonames.stream()
                .filter(soname -> Integer.parseInt(soname.substring(soname.lastIndexOf('.') + 1)) <= major)
                .toList();
        return new CudaLibrary(name, fitting, symbol);
    }
}

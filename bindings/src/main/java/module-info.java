/** Generated access to Gatun's kernels, OpenBLAS and CUDA's libraries, and what finds and loads the libraries. */
@SuppressWarnings("module") // dev.gatun.runtime comes later in the build and is not seen from here
module dev.gatun.bindings {
    requires static org.jspecify;

    exports dev.gatun.bindings to
            dev.gatun.runtime;
    exports dev.gatun.bindings.cublas to
            dev.gatun.runtime;
    exports dev.gatun.bindings.cublaslt to
            dev.gatun.runtime;
    exports dev.gatun.bindings.cuda to
            dev.gatun.runtime;
    exports dev.gatun.bindings.cudnn to
            dev.gatun.runtime;
    exports dev.gatun.bindings.kernels to
            dev.gatun.runtime;
    exports dev.gatun.bindings.nvrtc to
            dev.gatun.runtime;
    exports dev.gatun.bindings.openblas to
            dev.gatun.runtime;
}

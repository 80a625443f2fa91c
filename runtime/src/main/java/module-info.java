/** Arrays in native memory, the contract that a backend fulfils, and its CPU implementation. */
@SuppressWarnings("module") // dev.gatun.autograd and dev.gatun.nn come later in the build and are not seen from here
module dev.gatun.runtime {
    requires dev.gatun.bindings;
    requires static transitive org.jspecify;

    exports dev.gatun.runtime;
    exports dev.gatun.runtime.interop;
    exports dev.gatun.runtime.random;
    exports dev.gatun.runtime.kernels to
            dev.gatun.autograd,
            dev.gatun.nn;
    exports dev.gatun.runtime.memory to
            dev.gatun.autograd,
            dev.gatun.nn;
}

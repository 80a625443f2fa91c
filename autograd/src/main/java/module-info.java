/** Tensors that record what was done to them, the walk back over that record, and the differentiable operations. */
module dev.gatun.autograd {
    requires transitive dev.gatun.runtime;
    requires static transitive org.jspecify;

    exports dev.gatun.autograd;
    exports dev.gatun.autograd.ops;
}

/** Layers, losses, optimizers and data loaders, with the names and defaults of PyTorch. */
module dev.gatun.nn {
    requires transitive dev.gatun.autograd;
    requires com.fasterxml.jackson.core;
    requires java.net.http;
    requires static transitive org.jspecify;

    exports dev.gatun.nn;
    exports dev.gatun.nn.data;
    exports dev.gatun.nn.data.transforms;
    exports dev.gatun.nn.io;
    exports dev.gatun.nn.loss;
    exports dev.gatun.nn.metrics;
    exports dev.gatun.nn.optim;
    exports dev.gatun.nn.optim.schedulers;
    exports dev.gatun.nn.utils;
}

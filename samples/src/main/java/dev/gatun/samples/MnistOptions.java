package dev.gatun.samples;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What {@link Mnist} takes besides the options of every sample: its network and how that learns. */
final class MnistOptions {
    private static final double MOST_WEIGHTS = 5e8; // with gradients and Adam's two moments 8 GB

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec sample;

    private int batchSize;
    private double lr;
    private List<Integer> hidden = List.of();

    @Option(
            names = "--optimizer",
            paramLabel = "NAME",
            defaultValue = "adam",
            description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private OptimizerName optimizer = OptimizerName.ADAM;

    @Option(
            names = "--activation",
            paramLabel = "NAME",
            defaultValue = "relu",
            description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private ActivationName activation = ActivationName.RELU;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            defaultValue = "100",
            description = "Samples in a step; default ${DEFAULT-VALUE}.")
    void setBatchSize(int size) {
        Errors.require(sample, size >= 1, "--batch-size", "must be at least 1", size);
        batchSize = size;
    }

    @Option(
            names = "--lr",
            paramLabel = "X",
            description = "The learning rate; default PyTorch's for the optimizer, 1e-3 for adam.")
    void setLr(double rate) {
        Errors.require(sample, rate > 0 && Double.isFinite(rate), "--lr", "must be a positive number", rate);
        lr = rate;
    }

    @Option(
            names = "--hidden",
            paramLabel = "N,N",
            defaultValue = "256,256",
            description = "The sizes of the hidden layers; default ${DEFAULT-VALUE}.")
    void setHidden(String sizes) {
        String problem = "must be sizes of at least 1, as in 256,256";
        try {
            hidden = Stream.of(sizes.split(",", -1)).map(Integer::valueOf).toList();
        } catch (NumberFormatException e) {
            Errors.require(sample, false, "--hidden", problem, sizes);
        }
        Errors.require(sample, hidden.stream().allMatch(size -> size >= 1), "--hidden", problem, sizes);
        Errors.require(sample, weights() <= MOST_WEIGHTS, "--hidden", "more than 500 million weights", sizes);
    }

    /** How many the network has, without its biases. */
    private double weights() {
        double count = 0;
        double features = Mnist.PIXELS;
        for (int size : hidden) {
            count += features * size;
            features = size;
        }
        return count + features * Mnist.CLASSES;
    }

    int batchSize() {
        return batchSize;
    }

    double lr() {
        return lr > 0 ? lr : optimizer.usualLr();
    }

    OptimizerName optimizer() {
        return optimizer;
    }

    ActivationName activation() {
        return activation;
    }

    /** The sizes of the hidden layers, at least one. */
    List<Integer> hidden() {
        return hidden;
    }
}

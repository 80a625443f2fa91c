package dev.gatun.nn;

import dev.gatun.autograd.Tensor;

/**
 * Modules one after the other, named by their place; {@code torch.nn.Sequential}. A {@link Linear} with a {@link ReLU},
 * {@link Sigmoid} or {@link Tanh} behind it runs as one operation, and so does a {@link Conv2d} with a {@link ReLU} and, behind
 * that, a {@link MaxPool2d} of two by two; what only the next layer needs is released as soon as that has run.
 */
public final class Sequential extends Module {
    private final Module[] layers;
    private final boolean pure;

    /**
     * A chain of modules.
     *
     * @param layers in the order of their calls; none gives the identity
     */
    public Sequential(Module... layers) {
        this.layers = layers.clone();
        boolean allPure = true;
        for (int i = 0; i < layers.length; i++) {
            add(Integer.toString(i), layers[i]);
            allPure &= isPure(layers[i]);
        }
        this.pure = allPure;
    }

    private static boolean isPure(Module layer) {
        return layer instanceof Pure || layer instanceof Sequential chain && chain.pure;
    }

    /**
     * How many modules there are.
     *
     * @return the count
     */
    public int size() {
        return layers.length;
    }

    /**
     * One of the modules.
     *
     * @param index from {@code -size} to {@code size - 1}; negative counts from the last
     * @return the module
     * @throws IndexOutOfBoundsException if there is no such module
     */
    public Module get(int index) {
        int size = layers.length;
        if (index < -size || index >= size) {
            throw new IndexOutOfBoundsException("get: index " + index + " is outside " + -size + ".." + (size - 1));
        }
        return layers[index < 0 ? index + size : index];
    }

    @Override
    public Tensor forward(Tensor x) {
        Tensor input = x;
        boolean temporary = false; // whether a layer here made the input, and nobody else can hold it
        for (int i = 0; i < layers.length; i++) {
            Module layer = layers[i];
            boolean isPure = isPure(layer);
            Tensor output;
            Module next = i + 1 < layers.length ? layers[i + 1] : layer;
            if (layer instanceof Linear linear && next instanceof Activation activation) {
                output = linear.forward(input, activation);
                i++;
            } else if (layer instanceof Conv2d conv && next instanceof ReLU relu) {
                boolean pools = i + 2 < layers.length && layers[i + 2] instanceof MaxPool2d pool && pool.isHalving();
                output = pools ? conv.forwardPooled(input) : conv.forward(input, relu);
                i += pools ? 2 : 1;
            } else {
                output = layer.forward(input);
            }
            if (output == input) {
                temporary &= isPure;
                continue;
            }
            if (temporary && isPure) {
                input.release(); // the graph holds what it needs of it
            }
            input = output;
            temporary = isPure;
        }
        return input;
    }
}

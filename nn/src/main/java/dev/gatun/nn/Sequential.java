package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import java.util.List;

/**
 * Modules one after the other, named by their place; {@code torch.nn.Sequential}. A {@link Linear} with a {@link ReLU},
 * {@link Sigmoid} or {@link Tanh} behind it runs as one operation, and so does a {@link Conv2d} with a {@link ReLU} and, behind
 * that, a {@link MaxPool2d} of two by two, unless one of them has hooks; what only the next layer needs is released as soon
 * as that has run.
 *
 * {@snippet :
 * var net = new Sequential(new Linear(784, 256), new ReLU(), new Linear(256, 10));
 * System.out.println(net.forward(Tensor.rand(5, 784)).shape()); // [5, 10]
 * System.out.println(net.namedParameters().keySet()); // [0.weight, 0.bias, 2.weight, 2.bias]
 * }
 */
public final class Sequential extends Module implements Called {
    private final Module[] layers;
    private boolean pure;

    /**
     * A chain of modules.
     *
     * @param layers in the order of their calls; none gives the identity
     */
    public Sequential(Module... layers) {
        this.layers = layers.clone();
        number(List.of(layers));
        this.pure = arePure();
    }

    private boolean arePure() {
        boolean all = true;
        for (Module layer : layers) {
            all &= isPure(layer);
        }
        return all;
    }

    private static boolean isPure(Module layer) {
        return layer instanceof Pure || layer instanceof Sequential chain && chain.pure;
    }

    /** Whether no hook, which may keep what it sees, is on a layer or inside it. */
    private static boolean isUnwatched(Module layer) {
        if (layer.isHooked()) {
            return false;
        }
        if (layer instanceof Sequential chain) {
            for (Module inner : chain.layers) {
                if (!isUnwatched(inner)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Whether a layer is there and runs without hooks, so that another may take over its work. */
    private boolean isPlain(int i) {
        return i < layers.length && !layers[i].isHooked();
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
        return layers[ModuleList.place("get", index, layers.length)];
    }

    /**
     * Puts a module in the place of another one, for instance a new last layer for other classes. Make the optimizer
     * afterwards, and do it while no other thread uses the model.
     *
     * @param index from {@code -size} to {@code size - 1}; negative counts from the last
     * @param layer to put there
     * @return this chain
     * @throws IndexOutOfBoundsException if there is no such place
     * @throws IllegalArgumentException if the layer contains this chain
     */
    public Sequential set(int index, Module layer) {
        int place = ModuleList.place("set", index, layers.length);
        Module[] all = layers.clone();
        all[place] = layer;
        number(List.of(all));
        layers[place] = layer;
        pure = arePure();
        return this;
    }

    @Override
    public Tensor forward(Tensor x) {
        return hooked(x, this::compute);
    }

    private Tensor compute(Tensor x) {
        Tensor input = x;
        boolean temporary = false; // whether a layer here made the input, and nobody else can hold it
        for (int i = 0; i < layers.length; i++) {
            Module layer = layers[i];
            boolean isPure = isPure(layer) && isUnwatched(layer);
            Tensor output;
            Module next = isPlain(i) && isPlain(i + 1) ? layers[i + 1] : layer;
            if (layer instanceof Linear linear && next instanceof Activation activation) {
                output = linear.forward(input, activation);
                i++;
            } else if (layer instanceof Conv2d conv && next instanceof ReLU relu) {
                boolean pools = isPlain(i + 2) && layers[i + 2] instanceof MaxPool2d pool && pool.isHalving();
                output = pools ? conv.forwardPooled(input) : conv.forward(input, relu);
                i += pools ? 2 : 1;
            } else {
                output = layer.call(input);
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

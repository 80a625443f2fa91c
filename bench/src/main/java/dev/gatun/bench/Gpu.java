package dev.gatun.bench;

import dev.gatun.autograd.Tensor;
import dev.gatun.bench.compare.Networks;
import dev.gatun.bench.compare.Work;
import dev.gatun.nn.Module;
import dev.gatun.nn.loss.CrossEntropyLoss;
import dev.gatun.nn.optim.Adam;
import dev.gatun.nn.optim.Step;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Event;
import dev.gatun.runtime.GatunException;
import dev.gatun.runtime.Scope;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * What {@code gpu-check} measures on a card: a line {@code name=value} for each figure. Times are the card's, between two
 * events; the least of several.
 */
public final class Gpu {
    private static final int REPEATS = 5;
    private static final int WARM_UP = 10;
    private static final double GIGA = 1e9;
    private static final double MICRO = 1e6;

    private final Device device;
    private final long elements;
    private final int side;
    private final int steps;
    private final int growthSteps;

    private Gpu(Device device, boolean small) {
        this.device = device;
        this.elements = small ? 1 << 12 : 1 << 26;
        this.side = small ? 64 : 4096;
        this.steps = small ? 4 : 500;
        this.growthSteps = small ? 20 : 10_000;
    }

    /**
     * Measures, or says what there is.
     *
     * @param arguments {@code report}: the lines of {@code samples/run devices}, and code 2 where no card can be used; else
     *     {@code measure}, or {@code measure small} for a try of the program itself
     */
    public static void main(String[] arguments) {
        if (arguments[0].equals("report")) {
            Device.report().forEach(System.out::println);
        }
        Device card;
        try {
            card = Device.cuda();
        } catch (GatunException e) {
            System.out.println("no usable card: " + e.getMessage());
            System.exit(2);
            return;
        }
        if (arguments[0].equals("measure")) {
            new Gpu(card, arguments.length > 1).measure();
        }
    }

    private void measure() {
        try (var scope = Scope.open()) {
            Tensor x = Tensor.rand(elements).to(device);
            Tensor y = Tensor.rand(elements).to(device);
            double bytes = elements * Float.BYTES;
            print("copy_gbs", 2 * bytes / least(1, () -> x.copy_(y)) / GIGA);
            print("add_gbs", 3 * bytes / least(1, () -> x.add(y)) / GIGA);
            print("exp_gbs", 2 * bytes / least(1, x::exp) / GIGA);
            print("sum_gbs", bytes / least(1, x::sum) / GIGA);
        }
        try (var scope = Scope.open()) {
            Tensor a = Tensor.rand(side, side).to(device);
            Tensor b = Tensor.rand(side, side).to(device);
            print("gemm_tflops", 2.0 * side * side * side / least(1, () -> a.mm(b)) / GIGA / 1000);
        }
        training("mlp", Networks.of(Work.Network.MLP, 784, 256, 256, 10), Tensor.rand(100, 784));
        training("lenet", Networks.of(Work.Network.LENET), Tensor.rand(64, 1, 32, 32));
        growth();
        System.out.printf("mapped_mib=%d%n", device.memory().mapped() >> 20);
    }

    /** How many bytes of the card's memory a training of 10,000 steps takes after its first ones. */
    private void growth() {
        try (var scope = Scope.open()) {
            Supplier<Tensor> work = step(Networks.of(Work.Network.MLP, 784, 256, 256, 10), Tensor.rand(100, 784));
            run(WARM_UP, work);
            long mapped = device.memory().mapped();
            run(growthSteps, work);
            System.out.printf("grown_bytes=%d%n", device.memory().mapped() - mapped);
        }
    }

    /** A step kernel by kernel, and the same step as one graph, over data that is on the card. */
    private void training(String name, Module model, Tensor data) {
        try {
            Supplier<Tensor> work = step(model, data);
            print(name + "_eager_us", MICRO * least(steps, work));
            try (Step step = Step.capture(device, inputs -> work.get())) {
                step.run();
                step.run();
                print(name + "_graph_us", MICRO * least(steps, step::run));
            }
        } catch (GatunException e) {
            System.out.println("# " + name + ": " + e.getMessage());
        }
    }

    /** Forward, backward and update. */
    private Supplier<Tensor> step(Module model, Tensor data) {
        model.to(device);
        var criterion = new CrossEntropyLoss();
        var optimizer = new Adam(model.parameters(), 1e-3);
        Tensor x = data.to(device);
        Tensor y = Tensor.randint(0, 10, data.size(0)).to(device);
        return () -> {
            optimizer.zeroGrad();
            Tensor loss = criterion.forward(model.forward(x), y);
            loss.backward();
            optimizer.step();
            return loss;
        };
    }

    private static void run(int count, Supplier<Tensor> work) {
        for (int i = 0; i < count; i++) {
            try (var scope = Scope.open()) {
                var _ = work.get();
            }
        }
    }

    private static void print(String name, double value) {
        System.out.printf(Locale.ROOT, "%s=%.3f%n", name, value);
    }

    /** Seconds of the work, the least of several times so many in a row. */
    private double least(int count, Supplier<Tensor> work) {
        double least = Double.POSITIVE_INFINITY;
        for (int repeat = 0; repeat <= REPEATS; repeat++) { // the first one warms up
            Event start = device.stream().record();
            run(count, work);
            double seconds = device.stream().record().secondsSince(start) / count;
            least = repeat == 0 ? least : Math.min(least, seconds);
        }
        return least;
    }
}

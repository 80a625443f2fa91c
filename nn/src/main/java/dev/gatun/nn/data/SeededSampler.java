package dev.gatun.nn.data;

import dev.gatun.nn.StateDict;
import dev.gatun.nn.Stateful;
import dev.gatun.runtime.random.Generator;

/** A sampler whose orders come from a generator of its own, one after the other. */
abstract class SeededSampler implements Sampler, Stateful {
    final Generator generator;

    SeededSampler(long seed) {
        this.generator = new Generator(seed);
    }

    /** Where the generator stands: the orders that are still to come. */
    @Override
    public final StateDict stateDict() {
        return new StateDict().put("generator", generator.state());
    }

    @Override
    public final Runnable prepareLoad(StateDict state) {
        Generator.State loaded = state.getGeneratorState("generator");
        return () -> generator.setState(loaded);
    }
}

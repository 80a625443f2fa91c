package dev.gatun.nn.data;

import dev.gatun.nn.StateDict;
import dev.gatun.nn.Stateful;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A sampler's order in batches of one size.
 *
 * @param sampler that gives the order
 * @param batchSize indexes in a batch, at least 1
 * @param dropLast whether a last batch that is not full is left out
 */
record SampledBatches(Sampler sampler, int batchSize, boolean dropLast) implements BatchSampler, Stateful {
    @Override
    public int size() {
        return Plan.count(sampler.size(), batchSize, dropLast);
    }

    @Override
    public List<long[]> batches() {
        Plan plan = Plan.of(sampler.order(), batchSize, dropLast);
        List<long[]> batches = new ArrayList<>(plan.batches());
        for (int batch = 0; batch < plan.batches(); batch++) {
            int from = plan.from(batch);
            batches.add(Arrays.copyOfRange(plan.order(), from, from + plan.count(batch)));
        }
        return batches;
    }

    @Override
    public StateDict stateDict() {
        return sampler instanceof Stateful stateful ? stateful.stateDict() : new StateDict();
    }

    @Override
    public Runnable prepareLoad(StateDict state) {
        return sampler instanceof Stateful stateful ? stateful.prepareLoad(state) : () -> {};
    }
}

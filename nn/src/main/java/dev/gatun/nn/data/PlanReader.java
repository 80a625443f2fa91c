package dev.gatun.nn.data;

import dev.gatun.runtime.random.Generator;
import java.util.ArrayList;
import java.util.List;

/**
 * Samples by index. Each has random numbers of its own, which depend on the epoch's seed and on the sample's place in
 * the epoch, and on no thread.
 */
record PlanReader(Dataset dataset, Plan plan, long seed) implements Reader {
    @Override
    public int batches() {
        return plan.batches();
    }

    @Override
    public int capacity() {
        return plan.capacity();
    }

    @Override
    public List<Sample> read(int batch) {
        int count = plan.count(batch);
        List<Sample> samples = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            samples.add(get(plan.from(batch) + i));
        }
        return samples;
    }

    private Sample get(int place) {
        int index = (int) plan.order()[place];
        try {
            return dataset.get(index, new Generator(Seeds.mixed(seed, place)));
        } catch (Exception e) {
            throw Reader.failed(index, e);
        } catch (Error e) {
            throw Reader.marked(index, e);
        }
    }

    @Override
    public long index(int batch, int place) {
        return plan.order()[plan.from(batch) + place];
    }

    @Override
    public void close() {}
}

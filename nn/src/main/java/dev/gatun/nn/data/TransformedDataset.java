package dev.gatun.nn.data;

import dev.gatun.nn.data.transforms.Transform;
import dev.gatun.runtime.random.Generator;

/** A data set's samples, changed as they are read. */
record TransformedDataset(Dataset source, Transform data, Transform target) implements Dataset {
    @Override
    public int size() {
        return source.size();
    }

    @Override
    public Sample get(int index) {
        return get(index, Generator.global());
    }

    @Override
    public Sample get(int index, Generator draws) {
        Sample sample = source.get(index, draws);
        return new Sample(data.apply(sample.data(), draws), target.apply(sample.target(), draws));
    }
}

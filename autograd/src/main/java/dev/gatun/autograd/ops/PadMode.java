package dev.gatun.autograd.ops;

/**
 * What {@link Rearrange#pad} puts around a tensor. The counterparts are the modes of {@code F.pad}, of {@code
 * torch.nn.functional}.
 *
 * {@snippet :
 * System.out.println(Tensor.of(1f, 2f, 3f).pad(PadMode.REFLECT, 2, 1)); // tensor([3., 2., 1., 2., 3., 2.])
 * }
 */
public enum PadMode {
    /** A number. */
    CONSTANT("Constant"),
    /** The elements behind the edge, mirrored; the edge itself is not repeated. */
    REFLECT("Reflection"),
    /** The edge, repeated. */
    REPLICATE("Replication"),
    /** The elements of the other end. */
    CIRCULAR("Circular");

    private final String node;

    PadMode(String node) {
        this.node = node;
    }

    /** The first word of the node's name. */
    String node() {
        return node;
    }

    /** Where the element at a place before, in or behind 0..size-1 comes from. */
    long source(long place, long size) {
        return switch (this) {
            case CONSTANT, REPLICATE -> Math.clamp(place, 0, size - 1);
            case REFLECT -> place < 0 ? -place : place < size ? place : 2 * (size - 1) - place;
            case CIRCULAR -> Math.floorMod(place, size);
        };
    }

    /** How many elements there can be around each end of so many. */
    long most(long size) {
        return switch (this) {
            case CONSTANT -> Long.MAX_VALUE;
            case REPLICATE -> size == 0 ? 0 : Long.MAX_VALUE;
            case REFLECT -> size - 1;
            case CIRCULAR -> size;
        };
    }
}

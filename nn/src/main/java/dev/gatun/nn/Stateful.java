package dev.gatun.nn;

import dev.gatun.runtime.Scope;

/**
 * Something beside a model that a training needs to go on where it stood: an optimizer, a scheduler, a loader. Saved
 * and loaded by a {@link dev.gatun.nn.io.Checkpoint}; {@code torch.distributed.checkpoint.stateful.Stateful}.
 *
 * {@snippet :
 * Stateful part = new Adam(model.parameters(), 1e-3);
 * StateDict before = part.stateDict();
 * part.loadStateDict(before); // goes on as it was
 * }
 */
public interface Stateful {
    /**
     * Where this stands; {@code state_dict}. The tensors are detached views: they show later changes, and belong to the
     * scope that is open.
     *
     * @return under names of its own
     */
    StateDict stateDict();

    /**
     * Checks that a state fits, and changes nothing yet. So several parts are loaded all or not at all.
     *
     * @param state as {@link #stateDict()} gives it
     * @return what takes the state over, by copies; it cannot fail, and must run before the scope closes in which this
     *     was called
     * @throws IllegalArgumentException if the state does not fit
     */
    Runnable prepareLoad(StateDict state);

    /**
     * Goes to where this or another one stood; {@code load_state_dict}.
     *
     * @param state as {@link #stateDict()} gives it; copied
     * @throws IllegalArgumentException if it does not fit; nothing was changed then
     */
    default void loadStateDict(StateDict state) {
        try (var temporaries = Scope.open()) {
            prepareLoad(state).run();
        }
    }
}

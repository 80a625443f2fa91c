package dev.gatun.nn;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Hook;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A part of a model: parameters, buffers and modules under names; {@code torch.nn.Module}. A subclass registers what it
 * has and says what it computes:
 *
 * <p>A module owns its parameters and buffers: they live as long as it does, whatever scope was open when they were
 * made. Import this class by its name, since {@code java.lang} has a {@code Module} too.
 *
 * {@snippet :
 * final class Net extends Module {
 *     private final Linear fc1 = add("fc1", new Linear(576, 120));
 *     private final Linear fc2 = add("fc2", new Linear(120, 10));
 *
 *     @Override
 *     public Tensor forward(Tensor x) {
 *         return fc2.forward(fc1.forward(x).relu());
 *     }
 * }
 *
 * System.out.println(new Net().namedParameters().keySet()); // [fc1.weight, fc1.bias, fc2.weight, fc2.bias]
 * }
 */
public abstract class Module {
    /**
     * What {@link #loadStateDict} left alone.
     *
     * @param missingKeys names of this module that the dictionary lacks
     * @param unexpectedKeys names of the dictionary that this module lacks
     */
    public record IncompatibleKeys(List<String> missingKeys, List<String> unexpectedKeys) {}

    private final Map<String, Parameter> parameters = new LinkedHashMap<>();
    private final Map<String, Buffer> buffers = new LinkedHashMap<>();
    private final Map<String, Module> children = new LinkedHashMap<>();
    private final Set<String> transients = new HashSet<>();
    private boolean training = true;
    private volatile @Nullable Hooks hooks;

    /** A module without parts, in training mode. */
    protected Module() {}

    /**
     * Computes this module's output. A module that takes something else declares a {@code forward} of its own.
     *
     * @param x the input
     * @return the output
     * @throws UnsupportedOperationException if the module does not define it
     */
    public Tensor forward(Tensor x) {
        throw new UnsupportedOperationException(
                "forward: " + name() + " does not define forward(Tensor): override it, or call the one it has");
    }

    /**
     * Computes this module's output with its hooks around it: PyTorch's {@code model(x)}. The library's own modules run
     * their hooks in {@link #forward} too; a class of one's own does in this method, and inside a {@link Sequential}.
     *
     * @param x the input
     * @return the output
     */
    public final Tensor call(Tensor x) {
        return this instanceof Called ? forward(x) : hooked(x, this::forward);
    }

    /** What a module of this library computes, with its hooks around it. */
    final Tensor hooked(Tensor x, UnaryOperator<Tensor> forward) {
        Hooks known = hooks;
        return known == null ? forward.apply(x) : known.run(this, x, forward);
    }

    // Hooks

    /**
     * Has a function called before each call of this module, with its input; {@code Module.register_forward_pre_hook}.
     * See {@link #call} for what is a call.
     *
     * @param hook that may give another input
     * @return to take the hook away again
     */
    public final Hook registerForwardPreHook(ForwardPreHook hook) {
        return registered(known -> known.before(hook));
    }

    /**
     * Has a function called after each call of this module, with input and output; {@code Module.register_forward_hook}.
     * See {@link #call} for what is a call. Tensors that it keeps live as long as the scope that is open.
     *
     * @param hook that may give another output
     * @return to take the hook away again
     */
    public final Hook registerForwardHook(ForwardHook hook) {
        return registered(known -> known.after(hook));
    }

    /**
     * Has a function called by each backward through this module, with the gradients of its input and output; {@code
     * Module.register_full_backward_hook}. It belongs to calls that are made after this; see {@link #call} for what is a
     * call. Where the input takes no gradient it sees the output's alone.
     *
     * @param hook that may give another gradient of the input
     * @return to take the hook away again, from later calls
     */
    public final Hook registerFullBackwardHook(BackwardHook hook) {
        return registered(known -> known.backward(hook));
    }

    private synchronized Hook registered(Function<Hooks, Hook> adding) {
        Hooks known = hooks == null ? new Hooks() : hooks;
        Hook hook = adding.apply(known);
        hooks = known;
        return () -> remove(hook);
    }

    private synchronized void remove(Hook hook) {
        hook.remove();
        Hooks known = hooks;
        if (known != null && known.isEmpty()) {
            hooks = null; // layers are joined again
        }
    }

    /** Whether there are hooks on this module. */
    final boolean isHooked() {
        return hooks != null;
    }

    // Registration

    /**
     * Adds a module under a name; {@code Module.add_module}.
     *
     * @param name without dots, and new here
     * @param child to add
     * @param <M> its class
     * @return {@code child}
     * @throws IllegalArgumentException if the name is empty, has a dot or is taken, or the child contains this module
     */
    protected final <M extends Module> M add(String name, M child) {
        requireNewName("add", name);
        requireOther(name, child);
        children.put(name, child);
        return child;
    }

    private void requireOther(String name, Module child) {
        if (child.modules().contains(this)) {
            throw new IllegalArgumentException("add: a module cannot contain itself: '" + name + "' in " + name());
        }
    }

    /** Puts modules in the place of all that were added, named by their places. */
    final void number(List<? extends Module> modules) {
        for (int i = 0; i < modules.size(); i++) {
            requireOther(Integer.toString(i), modules.get(i));
        }
        children.clear();
        for (int i = 0; i < modules.size(); i++) {
            children.put(Integer.toString(i), modules.get(i));
        }
    }

    /** Takes away one of the modules that were added. */
    final void drop(String name) {
        children.remove(name);
    }

    /**
     * Adds a parameter under a name; {@code Module.register_parameter}. The tensor becomes a leaf that requires a
     * gradient, and belongs to this module.
     *
     * @param name without dots, and new here
     * @param tensor a leaf, F32 or F64
     * @return the parameter, to be kept in a field
     * @throws IllegalArgumentException if the name is empty, has a dot or is taken, or the tensor is no leaf or takes
     *     no gradient
     */
    protected final Parameter registerParameter(String name, Tensor tensor) {
        requireNewName("registerParameter", name);
        if (!tensor.isLeaf()) {
            throw new IllegalArgumentException("registerParameter: '" + name + "' is the result of an operation: "
                    + tensor.describe() + "; detach() gives a leaf");
        }
        Parameter parameter = new Parameter(tensor);
        parameters.put(name, parameter);
        return parameter;
    }

    /**
     * Adds a parameter of another module under a name: both use and train the same tensor.
     *
     * @param name without dots, and new here
     * @param shared the other module's parameter
     * @return {@code shared}
     * @throws IllegalArgumentException if the name is empty, has a dot or is taken
     */
    protected final Parameter registerParameter(String name, Parameter shared) {
        requireNewName("registerParameter", name);
        parameters.put(name, shared);
        return shared;
    }

    /**
     * Adds a buffer under a name; {@code Module.register_buffer}. The tensor belongs to this module from now on.
     *
     * @param name without dots, and new here
     * @param tensor of any dtype
     * @return the buffer, to be kept in a field
     * @throws IllegalArgumentException if the name is empty, has a dot or is taken
     */
    protected final Buffer registerBuffer(String name, Tensor tensor) {
        return registerBuffer(name, tensor, true);
    }

    /**
     * Adds a buffer under a name, which may be left out of {@link #stateDict()}; {@code Module.register_buffer}. The tensor
     * belongs to this module from now on.
     *
     * @param name without dots, and new here
     * @param tensor of any dtype
     * @param persistent whether it is part of the state
     * @return the buffer, to be kept in a field
     * @throws IllegalArgumentException if the name is empty, has a dot or is taken
     */
    protected final Buffer registerBuffer(String name, Tensor tensor, boolean persistent) {
        requireNewName("registerBuffer", name);
        Buffer buffer = new Buffer(tensor);
        buffers.put(name, buffer);
        if (!persistent) {
            transients.add(name);
        }
        return buffer;
    }

    private void requireNewName(String op, String name) {
        if (name.isEmpty() || name.indexOf('.') >= 0) {
            throw new IllegalArgumentException(op + ": a name is not empty and has no dot: '" + name + "'");
        }
        if (parameters.containsKey(name) || buffers.containsKey(name) || children.containsKey(name)) {
            throw new IllegalArgumentException(op + ": the name is taken: '" + name + "' in " + name());
        }
    }

    // Parts

    /**
     * The modules that were added to this one, in that order; {@code Module.children}.
     *
     * @return each once
     */
    public final List<Module> children() {
        Set<Module> distinct = identitySet();
        return children.values().stream().filter(distinct::add).toList();
    }

    /**
     * The modules that were added to this one, by name.
     *
     * @return an unmodifiable view, in the order of adding
     */
    public final Map<String, Module> namedChildren() {
        return Collections.unmodifiableMap(children);
    }

    /**
     * This module and all inside it, outer before inner; {@code Module.modules}.
     *
     * @return each once
     */
    public final List<Module> modules() {
        return List.copyOf(namedModules().values());
    }

    /**
     * This module and all inside it under dotted names, its own being empty; {@code Module.named_modules}.
     *
     * @return each once, under its first name, outer before inner
     */
    public final Map<String, Module> namedModules() {
        Map<String, Module> found = new LinkedHashMap<>();
        collectModules("", identitySet(), found);
        return found;
    }

    private void collectModules(String name, Set<Module> seen, Map<String, Module> found) {
        if (!seen.add(this)) {
            return;
        }
        found.put(name, this);
        children.forEach((childName, child) -> child.collectModules(join(name, childName), seen, found));
    }

    /**
     * The parameters of this module and all inside it, for an optimizer; {@code Module.parameters}.
     *
     * @return each once, in the order of registration, outer before inner; they belong to their modules
     */
    public final List<Tensor> parameters() {
        return List.copyOf(namedParameters().values());
    }

    /**
     * The parameters under dotted names such as {@code fc1.weight}; {@code Module.named_parameters}.
     *
     * @return each once, under its first name, in the order of {@link #parameters()}
     */
    public final Map<String, Tensor> namedParameters() {
        Map<String, Tensor> found = new LinkedHashMap<>();
        Set<Slot> seen = identitySet();
        namedModules().forEach((prefix, module) -> collect(prefix, module.parameters, seen, found));
        return found;
    }

    /**
     * The buffers of this module and all inside it; {@code Module.buffers}.
     *
     * @return each once, in the order of registration, outer before inner; they belong to their modules
     */
    public final List<Tensor> buffers() {
        return List.copyOf(namedBuffers().values());
    }

    /**
     * The buffers under dotted names; {@code Module.named_buffers}.
     *
     * @return each once, under its first name, in the order of {@link #buffers()}
     */
    public final Map<String, Tensor> namedBuffers() {
        Map<String, Tensor> found = new LinkedHashMap<>();
        Set<Slot> seen = identitySet();
        namedModules().forEach((prefix, module) -> collect(prefix, module.buffers, seen, found));
        return found;
    }

    /**
     * This module's own parameters, without those inside it; {@code Module.parameters(recurse=False)}.
     *
     * @return by name, in the order of registration; they belong to their modules
     */
    public final Map<String, Tensor> ownParameters() {
        Map<String, Tensor> found = new LinkedHashMap<>();
        collect("", parameters, identitySet(), found);
        return found;
    }

    /**
     * This module's own buffers, without those inside it; {@code Module.buffers(recurse=False)}.
     *
     * @return by name, in the order of registration; they belong to their modules
     */
    public final Map<String, Tensor> ownBuffers() {
        Map<String, Tensor> found = new LinkedHashMap<>();
        collect("", buffers, identitySet(), found);
        return found;
    }

    /**
     * A module inside this one; {@code Module.get_submodule}.
     *
     * @param name with dots, such as {@code encoder.0}; empty for this module
     * @return the module
     * @throws IllegalArgumentException if there is none of that name
     */
    public final Module getSubmodule(String name) {
        Module module = this;
        for (String part : name.isEmpty() ? new String[0] : name.split("\\.", -1)) {
            Module inner = module.children.get(part);
            if (inner == null) {
                throw new IllegalArgumentException("getSubmodule: no module '" + part + "' in " + module.name()
                        + ", asked for '" + name + "': it has " + module.children.keySet());
            }
            module = inner;
        }
        return module;
    }

    /**
     * A parameter of this module or one inside it; {@code Module.get_parameter}.
     *
     * @param name with dots, such as {@code fc1.weight}
     * @return the parameter; it belongs to its module
     * @throws IllegalArgumentException if there is none of that name
     */
    public final Tensor getParameter(String name) {
        Module owner = owner(name);
        return found("getParameter", name, owner, owner.parameters.get(last(name)));
    }

    /**
     * A buffer of this module or one inside it; {@code Module.get_buffer}.
     *
     * @param name with dots, such as {@code bn1.running_mean}
     * @return the buffer; it belongs to its module
     * @throws IllegalArgumentException if there is none of that name
     */
    public final Tensor getBuffer(String name) {
        Module owner = owner(name);
        return found("getBuffer", name, owner, owner.buffers.get(last(name)));
    }

    private Module owner(String name) {
        int dot = name.lastIndexOf('.');
        return getSubmodule(dot < 0 ? "" : name.substring(0, dot));
    }

    private static String last(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static Tensor found(String op, String name, Module owner, @Nullable Slot slot) {
        if (slot == null) {
            throw new IllegalArgumentException(
                    op + ": no '" + last(name) + "' in " + owner.name() + ", asked for '" + name + "'");
        }
        return slot.tensor();
    }

    private static void collect(
            String prefix, Map<String, ? extends Slot> slots, Set<Slot> seen, Map<String, Tensor> found) {
        slots.forEach((name, slot) -> {
            if (seen.add(slot)) {
                found.put(join(prefix, name), slot.tensor());
            }
        });
    }

    private static String join(String prefix, String name) {
        return prefix.isEmpty() ? name : prefix + "." + name;
    }

    private static <T> Set<T> identitySet() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    // Modes

    /**
     * Puts this module and all inside it into training mode, as they start.
     *
     * @return this module
     */
    public final Module train() {
        return train(true);
    }

    /**
     * Puts this module and all inside it into training or evaluation mode, which differ in {@link Dropout} and the
     * like; {@code Module.train}.
     *
     * @param mode true for training
     * @return this module
     */
    public final Module train(boolean mode) {
        for (Module module : modules()) {
            module.training = mode;
        }
        return this;
    }

    /**
     * Puts this module and all inside it into evaluation mode; {@code Module.eval}. Gradients are another matter: see
     * {@link GradMode#noGrad()}.
     *
     * @return this module
     */
    public final Module eval() {
        return train(false);
    }

    /**
     * Whether this module is in training mode; {@code Module.training}.
     *
     * @return true until {@link #eval()}
     */
    public final boolean isTraining() {
        return training;
    }

    /**
     * Says for all parameters whether they take gradients; {@code Module.requires_grad_}. False freezes them.
     *
     * @param requiresGrad whether to
     * @return this module
     */
    public final Module requiresGrad_(boolean requiresGrad) {
        for (Tensor parameter : parameters()) {
            parameter.requiresGrad_(requiresGrad);
        }
        return this;
    }

    /** Drops the gradients of all parameters; {@code Module.zero_grad(set_to_none=True)}. */
    public final void zeroGrad() {
        for (Tensor parameter : parameters()) {
            parameter.zeroGrad();
        }
    }

    /**
     * Does something with this module and all inside it, for instance an initialisation; {@code Module.apply}.
     *
     * @param action on each module, inner before outer
     * @return this module
     */
    public final Module apply(Consumer<? super Module> action) {
        children().forEach(child -> child.apply(action));
        action.accept(this);
        return this;
    }

    // Moving

    /**
     * Moves all parameters and buffers to a device; {@code Module.to}. Make the optimizer afterwards: parameters that
     * move are new tensors.
     *
     * @param device to move to
     * @return this module
     */
    public final Module to(Device device) {
        forEachSlot(slot -> slot.to(device, slot.tensor().dtype()));
        return this;
    }

    /**
     * Casts all floating-point parameters and buffers; {@code Module.to}. Make the optimizer afterwards: parameters
     * that are cast are new tensors.
     *
     * @param dtype a floating-point type
     * @return this module
     * @throws IllegalArgumentException if the type is not floating-point
     */
    public final Module to(DType dtype) {
        if (!dtype.isFloating()) {
            throw new IllegalArgumentException("to: a module takes floating-point types only: " + dtype);
        }
        forEachSlot(slot -> {
            Tensor tensor = slot.tensor();
            slot.to(tensor.device(), tensor.dtype().isFloating() ? dtype : tensor.dtype());
        });
        return this;
    }

    private void forEachSlot(Consumer<Slot> action) {
        for (Module module : modules()) {
            module.parameters.values().forEach(action);
            module.buffers.values().forEach(action);
        }
    }

    // State

    /**
     * Parameters and buffers under dotted names; {@code Module.state_dict}. The tensors are detached views: they show
     * later changes, and belong to the scope that is open; {@code clone()} them for a snapshot.
     *
     * @return for each module its parameters, its buffers, then its children
     */
    public final Map<String, Tensor> stateDict() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        namedSlots().forEach((name, slot) -> state.put(name, slot.tensor().detach()));
        return state;
    }

    private Map<String, Slot> namedSlots() {
        Map<String, Slot> slots = new LinkedHashMap<>();
        collectSlots("", slots);
        return slots;
    }

    private void collectSlots(String prefix, Map<String, Slot> slots) {
        parameters.forEach((name, slot) -> slots.put(join(prefix, name), slot));
        buffers.forEach((name, slot) -> {
            if (!transients.contains(name)) {
                slots.put(join(prefix, name), slot);
            }
        });
        children.forEach((name, child) -> child.collectSlots(join(prefix, name), slots));
    }

    /**
     * Copies tensors into the parameters and buffers of the same names, which must fit exactly; {@code
     * Module.load_state_dict}.
     *
     * @param state by dotted name, as {@link #stateDict()} gives it; values are cast where types differ
     * @throws IllegalArgumentException as {@link #loadStateDict(Map, boolean)}, strict
     */
    public final void loadStateDict(Map<String, Tensor> state) {
        loadStateDict(state, true);
    }

    /**
     * Copies tensors into the parameters and buffers of the same names; {@code Module.load_state_dict}.
     *
     * @param state by dotted name, as {@link #stateDict()} gives it; values are cast where types differ
     * @param strict whether each name must be on both sides
     * @return the names that are on one side only; empty lists where strict
     * @throws IllegalArgumentException if shapes differ or, where strict, names are missing or unexpected; the message
     *     names them all, and nothing was copied
     */
    public final IncompatibleKeys loadStateDict(Map<String, Tensor> state, boolean strict) {
        IncompatibleKeys alone = fit(state, strict, false);
        copyFrom(state);
        return alone;
    }

    /**
     * Checks that tensors fit exactly, and changes nothing yet; {@link Stateful#prepareLoad} for models.
     *
     * @param state as {@link #stateDict()} gives it
     * @return what copies the tensors in
     * @throws IllegalArgumentException as {@link #loadStateDict(Map)}
     */
    public final Runnable prepareLoad(Map<String, Tensor> state) {
        fit(state, true, false);
        return () -> copyFrom(state);
    }

    /**
     * Puts tensors in the place of the parameters and buffers of the same names, without a copy; {@code
     * Module.load_state_dict(assign=True)}. With those of {@link dev.gatun.nn.io.SafeTensors#map} a model of any size is
     * there at once, and processes that serve the same file share its memory. Make the optimizer afterwards: the
     * parameters are new tensors.
     *
     * @param state by dotted name, of the same shapes and dtypes; the tensors belong to this module from now on
     * @throws IllegalArgumentException if names, shapes or dtypes differ; the message names them all, and nothing was
     *     changed
     */
    public final void assignStateDict(Map<String, Tensor> state) {
        fit(state, true, true);
        namedSlots().forEach((name, slot) -> slot.assign(state.getOrDefault(name, slot.tensor())));
    }

    /** The names on one side only, after a check of all that must be the same. */
    private IncompatibleKeys fit(Map<String, Tensor> state, boolean strict, boolean exactly) {
        Map<String, Slot> slots = namedSlots();
        List<String> missing =
                slots.keySet().stream().filter(name -> !state.containsKey(name)).toList();
        List<String> unexpected =
                state.keySet().stream().filter(name -> !slots.containsKey(name)).toList();
        List<String> problems = new ArrayList<>();
        if (strict && !missing.isEmpty()) {
            problems.add("missing " + String.join(", ", missing));
        }
        if (strict && !unexpected.isEmpty()) {
            problems.add("unexpected " + String.join(", ", unexpected));
        }
        slots.forEach((name, slot) -> {
            Tensor value = state.get(name);
            if (value == null) {
                return;
            }
            Tensor own = slot.tensor();
            if (value.isReleased()) {
                problems.add(name + " was released: " + value.describe());
            } else if (!value.shape().equals(own.shape()) || exactly && value.dtype() != own.dtype()) {
                problems.add(name + " is " + own.describe() + ", given " + value.describe());
            }
        });
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(
                    "loadStateDict: does not fit " + name() + ": " + String.join("; ", problems));
        }
        return new IncompatibleKeys(missing, unexpected);
    }

    private void copyFrom(Map<String, Tensor> state) {
        try (var off = GradMode.noGrad()) {
            namedSlots().forEach((name, slot) -> {
                Tensor value = state.get(name);
                if (value != null) {
                    slot.tensor().copy_(value);
                }
            });
        }
    }

    // Printing

    /**
     * What stands between the brackets when this module is printed; {@code Module.extra_repr}.
     *
     * @return for instance {@code in_features=784, out_features=256, bias=True}; empty for nothing
     */
    protected String extraRepr() {
        return "";
    }

    /** The class's name, of an anonymous one its superclass's. */
    final String name() {
        Class<?> shown = getClass();
        while (shown.isAnonymousClass()) {
            shown = shown.getSuperclass();
        }
        return shown.getSimpleName();
    }

    /** The module and all inside it, letter for letter as PyTorch prints it. */
    @Override
    public String toString() {
        String extra = extraRepr();
        if (children.isEmpty() && extra.indexOf('\n') < 0) {
            return name() + "(" + extra + ")";
        }
        StringBuilder text = new StringBuilder(name()).append("(\n");
        extra.lines().forEach(line -> text.append("  ").append(line).append('\n'));
        children.forEach((name, child) -> text.append("  (")
                .append(name)
                .append("): ")
                .append(child.toString().replace("\n", "\n  "))
                .append('\n'));
        return text.append(')').toString();
    }
}

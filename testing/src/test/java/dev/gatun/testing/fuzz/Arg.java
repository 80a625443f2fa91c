package dev.gatun.testing.fuzz;

import dev.gatun.autograd.Tensor;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** One argument of a call: how it is made, and the Java that makes it. */
sealed interface Arg permits Arg.Plain, Arg.Items, Arg.Built, TensorArg {
    /** Makes it; the same base twice is the same tensor. */
    Object make(Making making);

    /** The Java that makes it, where shared bases have these names. */
    String java(Map<Base, String> names);

    /** The tensors in it. */
    default List<TensorArg> tensors() {
        return List.of();
    }

    /** The same with one of its tensors replaced. */
    default Arg with(TensorArg old, TensorArg replacement) {
        return this;
    }

    /** What a call's arguments share while they are made. */
    final class Making {
        private final Map<Base, Tensor> bases = new HashMap<>();
        private final Form form;

        Making(Form form) {
            this.form = form;
        }

        Form form() {
            return form;
        }

        Tensor base(Base base) {
            return bases.computeIfAbsent(base, Base::make);
        }
    }

    /** Whether tensors are the views they are described as, or contiguous copies of these. */
    enum Form {
        VIEWS,
        COPIES
    }

    /** A value that is made anew each time, and its Java. */
    record Plain(Supplier<?> value, String text) implements Arg {
        @Override
        public Object make(Making making) {
            return value.get();
        }

        @Override
        public String java(Map<Base, String> names) {
            return text;
        }
    }

    /** A list or an array of others. */
    record Items(List<Arg> items, Class<?> type) implements Arg {
        @Override
        public Object make(Making making) {
            List<Object> made = new ArrayList<>();
            items.forEach(item -> made.add(item.make(making)));
            if (type == List.class) {
                return List.copyOf(made);
            }
            Object array = Array.newInstance(type.getComponentType(), made.size());
            for (int i = 0; i < made.size(); i++) {
                Array.set(array, i, made.get(i));
            }
            return array;
        }

        @Override
        public String java(Map<Base, String> names) {
            String inside = items.stream().map(item -> item.java(names)).collect(Collectors.joining(", "));
            return type == List.class
                    ? "List.of(" + inside + ")"
                    : "new " + type.getComponentType().getSimpleName() + "[] {" + inside + "}";
        }

        @Override
        public List<TensorArg> tensors() {
            return items.stream().flatMap(item -> item.tensors().stream()).toList();
        }

        @Override
        public Arg with(TensorArg old, TensorArg replacement) {
            return new Items(
                    items.stream().map(item -> item.with(old, replacement)).toList(), type);
        }
    }

    /** A record of others. */
    record Built(Constructor<?> constructor, List<Arg> parts) implements Arg {
        @Override
        public Object make(Making making) {
            try {
                return constructor.newInstance(
                        parts.stream().map(part -> part.make(making)).toArray());
            } catch (InvocationTargetException e) {
                if (e.getCause() instanceof RuntimeException cause) {
                    throw cause;
                }
                throw new AssertionError(e);
            } catch (ReflectiveOperationException e) {
                throw new LinkageError(e.getMessage(), e);
            }
        }

        @Override
        public String java(Map<Base, String> names) {
            String name = constructor.getDeclaringClass().getCanonicalName();
            return "new " + name.substring(name.replaceAll("\\.[A-Z].*", "").length() + 1) + "("
                    + parts.stream().map(part -> part.java(names)).collect(Collectors.joining(", ")) + ")";
        }

        @Override
        public List<TensorArg> tensors() {
            return parts.stream().flatMap(part -> part.tensors().stream()).toList();
        }

        @Override
        public Arg with(TensorArg old, TensorArg replacement) {
            return new Built(
                    constructor,
                    parts.stream().map(part -> part.with(old, replacement)).toList());
        }
    }
}

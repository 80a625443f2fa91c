package dev.gatun.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Scope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModuleTest {
    /** A module with everything: parameters, a buffer, children, one of them nested. */
    private static final class Net extends Module {
        private final Linear fc1 = add("fc1", new Linear(3, 4));
        private final Parameter scale = registerParameter("scale", Tensor.ones(4));
        private final Buffer steps = registerBuffer("steps", Tensor.scalar(0, DType.I64));
        private final Sequential head = add("head", new Sequential(new ReLU(), new Linear(4, 2, false)));

        @Override
        public Tensor forward(Tensor x) {
            return head.forward(fc1.forward(x).mul(scale.tensor()));
        }
    }

    @Test
    void namedParameters_nested_areOuterFirstWithDottedNames() {
        assertEquals(
                List.of("scale", "fc1.weight", "fc1.bias", "head.1.weight"),
                List.copyOf(new Net().namedParameters().keySet()));
    }

    @Test
    void stateDict_nested_holdsParametersThenBuffersThenChildren() {
        Map<String, Tensor> state = new Net().stateDict();
        assertEquals(List.of("scale", "steps", "fc1.weight", "fc1.bias", "head.1.weight"), List.copyOf(state.keySet()));
        assertFalse(state.get("scale").requiresGrad());
    }

    @Test
    void modules_nested_areOuterFirst() {
        Net net = new Net();
        assertEquals(
                List.of("", "fc1", "head", "head.0", "head.1"),
                List.copyOf(net.namedModules().keySet()));
        assertEquals(List.of(net.fc1, net.head), net.children());
        assertEquals(5, net.modules().size());
        assertEquals(1, net.buffers().size());
    }

    @Test
    void parameters_sharedBetweenModules_areListedOnce() {
        Linear shared = new Linear(2, 2);
        Sequential twice = new Sequential(shared, new Tanh(), shared);
        assertEquals(
                List.of("0.weight", "0.bias"),
                List.copyOf(twice.namedParameters().keySet()));
        assertEquals(
                List.of("0.weight", "0.bias", "2.weight", "2.bias"),
                List.copyOf(twice.stateDict().keySet()));
        assertEquals(2, twice.children().size());
    }

    @Test
    void registerParameter_ofAnotherModule_staysShared() {
        class Tied extends Module {
            final Parameter own = registerParameter("own", Tensor.ones(2));
            final Parameter tied = registerParameter("tied", own);
        }
        Tied tied = new Tied();
        assertEquals(1, tied.parameters().size());
        tied.to(DType.F64);
        assertSame(tied.own.tensor(), tied.tied.tensor());
        assertEquals(DType.F64, tied.own.tensor().dtype());
    }

    @Test
    void add_badName_saysWhich() {
        class Holder extends Module {}
        Holder holder = new Holder();
        holder.add("a", new ReLU());
        assertMessage("add: the name is taken: 'a' in Holder", () -> holder.add("a", new ReLU()));
        assertMessage("add: a name is not empty and has no dot: 'a.b'", () -> holder.add("a.b", new ReLU()));
        assertMessage("add: a name is not empty and has no dot: ''", () -> holder.add("", new ReLU()));
        assertMessage(
                "registerBuffer: the name is taken: 'a' in Holder", () -> holder.registerBuffer("a", Tensor.zeros(1)));
        assertMessage("add: a module cannot contain itself: 'self' in Holder", () -> holder.add("self", holder));
        assertEquals(1, holder.children().size());
    }

    @Test
    void registerParameter_resultOfAnOperation_isRefused() {
        class Holder extends Module {}
        Tensor result = Tensor.ones(2).requiresGrad_(true).mul(2);
        assertMessage(
                "registerParameter: 'w' is the result of an operation: f32[2]; detach() gives a leaf",
                () -> new Holder().registerParameter("w", result));
    }

    @Test
    void forward_notDefined_namesTheClass() {
        class TwoInputs extends Module {}
        var e = assertThrows(UnsupportedOperationException.class, () -> new TwoInputs().forward(Tensor.ones(1)));
        assertTrue(e.getMessage().startsWith("forward: TwoInputs does not define forward(Tensor)"), e.getMessage());
    }

    @Test
    void toString_nested_isPyTorchs() {
        assertEquals("""
                Net(
                  (fc1): Linear(in_features=3, out_features=4, bias=True)
                  (head): Sequential(
                    (0): ReLU()
                    (1): Linear(in_features=4, out_features=2, bias=False)
                  )
                )""", new Net().toString());
    }

    @Test
    void toString_extraBesideChildren_standsOnItsOwnLine() {
        class Scaled extends Module {
            {
                add("inner", new Identity());
            }

            @Override
            protected String extraRepr() {
                return "factor=2";
            }
        }
        assertEquals("Scaled(\n  factor=2\n  (inner): Identity()\n)", new Scaled().toString());
    }

    @Test
    void train_andEval_reachAllModules() {
        Net net = new Net();
        assertTrue(net.isTraining());
        assertSame(net, net.eval());
        assertTrue(net.modules().stream().noneMatch(Module::isTraining));
        net.train();
        assertTrue(net.modules().stream().allMatch(Module::isTraining));
    }

    @Test
    void apply_nested_visitsInnerFirstInOrder() {
        List<String> seen = new ArrayList<>();
        new Net().apply(module -> seen.add(module.getClass().getSimpleName()));
        assertEquals(List.of("Linear", "ReLU", "Linear", "Sequential", "Net"), seen);
    }

    @Test
    void requiresGrad_false_freezesAllParameters() {
        Net net = new Net();
        assertTrue(net.parameters().stream().allMatch(Tensor::requiresGrad));
        net.requiresGrad_(false);
        assertTrue(net.parameters().stream().noneMatch(Tensor::requiresGrad));
    }

    @Test
    void zeroGrad_afterGradients_dropsThem() {
        Net net = new Net();
        net.parameters().forEach(p -> p.setGrad(Tensor.onesLike(p)));
        net.zeroGrad();
        assertTrue(net.parameters().stream().noneMatch(Tensor::hasGrad));
    }

    @Test
    void parameters_madeInAScope_outliveIt() {
        Net net;
        try (var scope = Scope.open()) {
            net = new Net();
        }
        assertEquals(4, net.scale.tensor().sum().item());
        assertEquals(0, net.steps.tensor().itemLong());
    }

    @Test
    void to_double_castsFloatingTensorsAndTheirGradients() {
        Net net = new Net();
        Tensor before = net.scale.tensor();
        before.setGrad(Tensor.full(2, 4));
        try (var scope = Scope.open()) {
            net.to(DType.F64);
        }
        assertNotSame(before, net.scale.tensor());
        assertEquals(DType.F64, net.scale.tensor().dtype());
        assertTrue(net.scale.tensor().requiresGrad() && net.scale.tensor().isLeaf());
        assertArrayEquals(new double[] {2, 2, 2, 2}, net.scale.tensor().grad().toDoubleArray());
        assertEquals(DType.I64, net.steps.tensor().dtype());
        assertSame(net, net.to(Device.cpu()));
        assertMessage("to: a module takes floating-point types only: i64", () -> net.to(DType.I64));
    }

    @Test
    void loadStateDict_ownState_givesEqualParameters() {
        Net from = new Net();
        Net into = new Net();
        var left = into.loadStateDict(from.stateDict(), true);
        assertTrue(left.missingKeys().isEmpty() && left.unexpectedKeys().isEmpty());
        for (int i = 0; i < from.parameters().size(); i++) {
            assertArrayEquals(
                    from.parameters().get(i).toFloatArray(),
                    into.parameters().get(i).toFloatArray());
        }
        assertTrue(into.scale.tensor().requiresGrad() && into.scale.tensor().isLeaf());
    }

    @Test
    void loadStateDict_otherNames_listsThemAndChangesNothing() {
        Net net = new Net();
        Map<String, Tensor> state = new LinkedHashMap<>(net.stateDict());
        state.put("scale", Tensor.zeros(4));
        state.remove("steps");
        state.remove("fc1.bias");
        state.put("extra", Tensor.zeros(1));
        state.put("head.1.weight", Tensor.zeros(2, 3));
        assertMessage(
                "loadStateDict: does not fit Net: missing steps, fc1.bias; unexpected extra; "
                        + "head.1.weight is f32[2, 4], given f32[2, 3]",
                () -> net.loadStateDict(state));
        assertEquals(4, net.scale.tensor().sum().item());
    }

    @Test
    void loadStateDict_notStrict_copiesWhatFitsAndTellsTheRest() {
        Net net = new Net();
        var left = net.loadStateDict(Map.of("scale", Tensor.full(3, 4), "extra", Tensor.zeros(1)), false);
        assertEquals(12, net.scale.tensor().sum().item());
        assertEquals(List.of("steps", "fc1.weight", "fc1.bias", "head.1.weight"), left.missingKeys());
        assertEquals(List.of("extra"), left.unexpectedKeys());
        assertMessage(
                "loadStateDict: does not fit Net: scale is f32[4], given f32[5]",
                () -> net.loadStateDict(Map.of("scale", Tensor.zeros(5)), false));
    }

    @Test
    void moduleList_changed_isNumberedAnew() {
        ModuleList list = new ModuleList(new ReLU(), new Tanh());
        list.insert(0, new Identity()).insert(-1, new Sigmoid()).insert(4, new Flatten());
        assertEquals(
                List.of("Identity", "ReLU", "Sigmoid", "Tanh", "Flatten"),
                list.children().stream().map(Module::name).toList());
        list.set(-1, new ReLU6()).extend(List.of(new SiLU()));
        assertEquals("ReLU6", list.get(4).name());
        assertEquals("SiLU", list.get(-1).name());
        assertEquals(
                List.of("0", "1", "2", "3", "4", "5"),
                List.copyOf(list.namedChildren().keySet()));
        var e = assertThrows(IndexOutOfBoundsException.class, () -> list.insert(7, new ReLU()));
        assertEquals("insert: index 7 is outside -6..5", e.getMessage());
        assertThrows(IndexOutOfBoundsException.class, () -> list.set(6, new ReLU()));
        assertMessage(
                "add: a module cannot contain itself: '0' in ModuleList", () -> list.set(0, new Sequential(list)));
        assertEquals(6, list.size());
    }

    @Test
    void moduleDict_remove_takesAway() {
        ModuleDict dict = new ModuleDict().put("a", new ReLU()).put("b", new Tanh());
        assertEquals("ReLU", dict.remove("a").name());
        assertEquals(List.of("b"), List.copyOf(dict.names()));
        assertMessage("get: no module 'a', there are [b]", () -> dict.remove("a"));
    }

    @Test
    void sequential_newHead_isTrainedAloneBehindFrozenLayers() {
        Sequential model = new Sequential(new Linear(3, 4), new ReLU(), new Linear(4, 2));
        model.requiresGrad_(false);
        model.set(-1, new Linear(4, 5));
        assertEquals(List.of("0", "1", "2"), List.copyOf(model.namedChildren().keySet()));
        Tensor y = model.forward(Tensor.ones(1, 3));
        assertEquals(5, y.size(1));
        y.sum().backward();
        assertEquals(
                List.of("2.weight", "2.bias"),
                model.namedParameters().entrySet().stream()
                        .filter(entry -> entry.getValue().hasGrad())
                        .map(Map.Entry::getKey)
                        .toList());
        assertThrows(IndexOutOfBoundsException.class, () -> model.set(3, new ReLU()));
        assertMessage("add: a module cannot contain itself: '1' in Sequential", () -> model.set(1, model));
        assertEquals("ReLU()", model.get(1).toString());
    }

    @Test
    void loadStateDict_releasedTensor_changesNothing() {
        Net net = new Net();
        Map<String, Tensor> state = new LinkedHashMap<>();
        net.stateDict().forEach((name, x) -> state.put(name, x.add(1)));
        state.get("head.1.weight").release();
        assertMessage(
                "loadStateDict: does not fit Net: head.1.weight was released: f32[2, 4]",
                () -> net.loadStateDict(state));
        assertEquals(4, net.scale.tensor().sum().item());
    }

    @Test
    void assignStateDict_sameNames_takesTheTensorsThemselves() {
        Net net = new Net();
        net.requiresGrad_(false);
        net.scale.tensor().requiresGrad_(true);
        Map<String, Tensor> state = new LinkedHashMap<>();
        Tensor scale;
        try (var scope = Scope.open()) {
            net.stateDict().forEach((name, x) -> state.put(name, x.add(1)));
            scale = scope.keep(state.get("scale"));
            net.assignStateDict(state);
        }
        assertEquals(8, net.scale.tensor().sum().item());
        scale.fill_(5);
        assertEquals(20, net.scale.tensor().sum().item());
        assertTrue(net.scale.tensor().requiresGrad() && net.scale.tensor().isLeaf());
        assertEquals(1, net.parameters().stream().filter(Tensor::requiresGrad).count());
        assertEquals(1, net.steps.tensor().itemLong());
    }

    @Test
    void assignStateDict_otherShapesOrDtypes_listsThemAndChangesNothing() {
        Net net = new Net();
        Map<String, Tensor> state = new LinkedHashMap<>(net.stateDict());
        state.put("scale", Tensor.zeros(DType.F64, 4));
        state.put("steps", Tensor.zeros(DType.I64, 1));
        assertMessage(
                "loadStateDict: does not fit Net: scale is f32[4], given f64[4]; steps is i64[], given i64[1]",
                () -> net.assignStateDict(state));
        assertEquals(4, net.scale.tensor().sum().item());
    }

    private static void assertMessage(String expected, org.junit.jupiter.api.function.Executable action) {
        assertEquals(
                expected, assertThrows(IllegalArgumentException.class, action).getMessage());
    }
}

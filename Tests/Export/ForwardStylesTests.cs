using Microsoft.ML.OnnxRuntime;
using OnnxInit.Export;
using OnnxInit.Export.Graph;
using OnnxInit.Tests.Export.Lowerings;
using TorchSharp;
using TorchSharp.Modules;
using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export;

/// <summary>The ways in which people write modules.</summary>
public sealed class ForwardStylesTests
{
    private static readonly Dictionary<string, (Func<nn.Module> Module, TestInput Input)> Rows = new()
    {
        ["a mask that is made when it is first needed"] = (() => new CachedMask(), Float(2, 4, 4)),
        ["a forward hook that replaces the result"] = (() => Hooked(module => module.register_forward_hook((_, _, y) => y * 3)), Float(2, 3)),
        ["a forward pre-hook that changes the input"] = (() => Hooked(module => module.register_forward_pre_hook((_, x) => x + 2)), Float(2, 3)),
        ["modules called by forward"] = (() => new Styles((linear, x) => linear.forward(x)), Float(2, 3)),
        ["modules called by call"] = (() => new Styles((linear, x) => linear.call(x)), Float(2, 3)),
        ["a module handed on as a delegate"] = (() => new Styles((linear, x) => ((Func<Tensor, Tensor>)linear.forward)(x)), Float(2, 3)),
        ["a residual block made generic"] = (() => new Residual<Linear>(nn.Linear(3, 3)), Float(2, 3)),
        ["a generic module in a generic module"] = (() => new Residual<Residual<Linear>>(new(nn.Linear(3, 3))), Float(2, 3)),
        ["a module that derives from another one of the user's"] = (() => new Derived(), Float(2, 3)),
        ["a module that derives from Sequential"] = (() => new Doubling(nn.Linear(3, 3), nn.ReLU()), Float(2, 3)),
        ["a ModuleList in a loop"] = (() => new Lists(), Float(2, 3)),
        ["a ModuleDict in a loop"] = (() => new Dictionaries(), Float(2, 3)),
        ["a ParameterList and a ParameterDict"] = (() => new Parameters(), Float(2, 3)),
        ["layers made by factories"] = (() => new Factories(3, i => nn.Linear(3, 3), () => nn.Tanh()), Float(2, 3)),
        ["a Sequential in a Sequential with names"] = (() => nn.Sequential(("a", nn.Sequential(("b", nn.Linear(3, 3)), ("c", nn.ReLU()))), ("d", nn.Linear(3, 2))), Float(2, 3)),
        ["dispose scopes"] = (() => new Styles(InScopes), Float(2, 3)),
        ["using declarations for every intermediate"] = (() => new Styles(Disposing), Float(2, 3)),
        ["exceptions caught"] = (() => new Styles(Catching), Float(2, 3)),
        ["in-place operations"] = (() => new Styles((linear, x) => linear.call(x).relu_().mul_(2).add_(x)), Float(2, 3)),
        ["writing into a tensor made for it"] = (() => new Styles(Filling), Float(2, 3)),
        ["parts taken by LINQ"] = (() => new Styles((linear, x) => cat(x.chunk(3, 1).Select((part, i) => part * i).Reverse().Append(linear.call(x)).ToArray(), 1)), Float(2, 3)),
        ["a switch on static sizes"] = (() => new Styles((linear, x) => x.shape switch { [_, 3] => linear.call(x), _ => x }), Float(2, 3)),
        ["no_grad and enable_grad inside"] = (() => new Styles(Gradients), Float(2, 3)),
        ["a branch on training"] = (() => new Styles2(), Float(2, 3)),
        ["recursion"] = (() => new Styles((linear, x) => Recurse(linear, x, 4)), Float(2, 3)),
        ["an iterator of one's own"] = (() => new Styles((linear, x) => Powers(linear.call(x)).Aggregate((sum, power) => sum + power)), Float(2, 3)),
        ["checking shapes first"] = (() => new Styles(Checked), Float(2, 3)),
    };

    public static TheoryData<string> RowNames => [.. Rows.Keys];

    [Theory]
    [MemberData(nameof(RowNames))]
    public void ONNX_Runtime_computes_what_TorchSharp_does(string row)
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(7);
        using nn.Module module = Rows[row].Module();
        ExportAssertions.AssertAgrees(module, [Rows[row].Input], [1, 4, 7]);
    }

    [Fact]
    public void What_a_hook_computes_is_in_the_graph()
    {
        using nn.Module module = Rows["a forward pre-hook that changes the input"].Module();
        using Tensor example = ones(2, 3);

        OnnxGraph graph = OnnxExporter.Export(module, example).Graph;

        graph.Nodes.Select(node => node.OpType).Should().Equal("Add", "Gemm", "Relu");
    }

    [Fact]
    public void Hooks_of_the_model_itself_run()
    {
        using DisposeScope scope = NewDisposeScope();
        using Linear linear = nn.Linear(3, 2);
        linear.register_forward_pre_hook((_, x) => x * 2);
        linear.register_forward_hook((_, _, y) => y.relu());
        Tensor input = randn(2, 3);
        using InferenceSession session = ExportAssertions.Open(OnnxExporter.Export(linear, input));

        OrtRun.Compare(session, [input], [linear.call(input)], 1e-5, 1e-6, "with both hooks");
    }

    private static Sequential Hooked(Action<Linear> register)
    {
        Linear linear = nn.Linear(3, 2);
        register(linear);
        return nn.Sequential(("linear", linear), ("relu", nn.ReLU()));
    }

    private static Tensor InScopes(Linear linear, Tensor x)
    {
        using DisposeScope outer = NewDisposeScope();
        Tensor y = linear.call(x);
        using (DisposeScope inner = NewDisposeScope())
        {
            Tensor unused = y * 2;
            y = (y + unused).MoveToOuterDisposeScope();
        }

        return y.relu().MoveToOuterDisposeScope();
    }

    private static Tensor Disposing(Linear linear, Tensor x)
    {
        using Tensor y = linear.call(x);
        using Tensor z = y.relu();
        using Tensor mean = z.mean([1], keepdim: true);
        return z - mean;
    }

    private static Tensor Catching(Linear linear, Tensor x)
    {
        try
        {
            return x.reshape(7, 7, 7);
        }
        catch (Exception exception) when (exception is not NullReferenceException)
        {
            return linear.call(x);
        }
        finally
        {
            GC.KeepAlive(linear);
        }
    }

    private static Tensor Filling(Linear linear, Tensor x)
    {
        Tensor result = zeros(x.shape[0], 6);
        result[TensorIndex.Colon, TensorIndex.Slice(0, 3)] = x;
        result[.., 3..] = linear.call(x);
        result[.., 0] += 1;
        return result;
    }

    private static Tensor Gradients(Linear linear, Tensor x)
    {
        using (enable_grad())
        {
            x = linear.call(x);
        }

        using (no_grad())
        {
            return x.detach() * 2;
        }
    }

    private static Tensor Recurse(Linear linear, Tensor x, int depth) => depth == 0 ? x : Recurse(linear, linear.call(x).tanh(), depth - 1);

    private static IEnumerable<Tensor> Powers(Tensor x)
    {
        for (int i = 1; i < 4; i++)
        {
            yield return x.pow(i);
        }
    }

    private static Tensor Checked(Linear linear, Tensor x)
    {
        if (x.dim() != 2 || x.shape[^1] != 3 || x.dtype != ScalarType.Float32)
        {
            throw new ArgumentException($"Expected [N, 3], found [{string.Join(", ", x.shape)}].", nameof(x));
        }

        return linear.call(x);
    }

    private sealed class CachedMask() : nn.Module<Tensor, Tensor>(nameof(CachedMask))
    {
        private Tensor? _mask;

        public override Tensor forward(Tensor input)
        {
            _mask ??= ones(4, 4).tril().to(ScalarType.Bool);
            return where(_mask, input, double.NegativeInfinity).softmax(-1);
        }
    }

    private sealed class Styles : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _linear = nn.Linear(3, 3);
        private readonly Func<Linear, Tensor, Tensor> _forward;

        public Styles(Func<Linear, Tensor, Tensor> forward)
            : base(nameof(Styles))
        {
            _forward = forward;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _forward(_linear, input);
    }

    private sealed class Styles2() : nn.Module<Tensor, Tensor>(nameof(Styles2))
    {
        public override Tensor forward(Tensor input)
        {
            if (training)
            {
                input += randn_like(input);
            }

            return nn.functional.dropout(input, 0.5, training);
        }
    }

    private sealed class Residual<TModule> : nn.Module<Tensor, Tensor>
        where TModule : nn.Module<Tensor, Tensor>
    {
        private readonly TModule _inner;

        public Residual(TModule inner)
            : base(nameof(Residual<TModule>))
        {
            _inner = inner;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => input + _inner.call(input);
    }

    private abstract class Base : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _linear = nn.Linear(3, 3);

        protected Base(string name)
            : base(name) => register_module("linear", _linear);

        public override Tensor forward(Tensor input) => Activate(_linear.call(Prepare(input)));

        protected virtual Tensor Prepare(Tensor input) => input;

        protected abstract Tensor Activate(Tensor input);
    }

    private sealed class Derived() : Base(nameof(Derived))
    {
        public override Tensor forward(Tensor input) => base.forward(input) + 1;

        protected override Tensor Prepare(Tensor input) => base.Prepare(input) * 2;

        protected override Tensor Activate(Tensor input) => input.sigmoid();
    }

    private sealed class Doubling(params nn.Module<Tensor, Tensor>[] modules) : Sequential(modules.Select(module => (module.GetName(), (nn.Module<Tensor, Tensor>)module)).ToArray())
    {
        public override Tensor forward(Tensor input) => base.forward(base.forward(input));
    }

    private sealed class Lists : nn.Module<Tensor, Tensor>
    {
        private readonly ModuleList<nn.Module<Tensor, Tensor>> _layers = nn.ModuleList<nn.Module<Tensor, Tensor>>(nn.Linear(3, 3), nn.ReLU(), nn.Linear(3, 3));

        public Lists()
            : base(nameof(Lists)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            foreach (nn.Module<Tensor, Tensor> layer in _layers)
            {
                input = layer.call(input);
            }

            for (int i = 0; i < _layers.Count; i++)
            {
                input = _layers[i].call(input);
            }

            return input;
        }
    }

    private sealed class Dictionaries : nn.Module<Tensor, Tensor>
    {
        private readonly ModuleDict<nn.Module<Tensor, Tensor>> _layers = nn.ModuleDict<nn.Module<Tensor, Tensor>>(("first", nn.Linear(3, 3)), ("act", nn.Tanh()));

        public Dictionaries()
            : base(nameof(Dictionaries)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            foreach ((string _, nn.Module<Tensor, Tensor> layer) in _layers)
            {
                input = layer.call(input);
            }

            return _layers["first"].call(input);
        }
    }

    private sealed class Parameters : nn.Module<Tensor, Tensor>
    {
        private readonly ParameterList _list = nn.ParameterList(nn.Parameter(randn(3)), nn.Parameter(randn(3)));
        private readonly ParameterDict _dictionary = nn.ParameterDict(("scale", nn.Parameter(randn(3))));

        public Parameters()
            : base(nameof(Parameters)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            foreach (Parameter parameter in _list)
            {
                input += parameter;
            }

            return input * _dictionary["scale"];
        }
    }

    private sealed class Factories : nn.Module<Tensor, Tensor>
    {
        private readonly Sequential _body;

        public Factories(int layers, Func<int, nn.Module<Tensor, Tensor>> layer, Func<nn.Module<Tensor, Tensor>> activation)
            : base(nameof(Factories))
        {
            _body = nn.Sequential(Enumerable.Range(0, layers).SelectMany(i => new[] { ($"layer{i}", layer(i)), ($"activation{i}", activation()) }).ToArray());
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _body.call(input);
    }
}

using OnnxInit.Contracts;
using OnnxInit.Contracts.Models;
using OnnxInit.Export;
using OnnxInit.Export.Lowerings;
using OnnxInit.Inference;
using OnnxInit.Tests.Export.Lowerings;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export;

/// <summary>An export leaves no trace in the module and around it, whatever comes of it.</summary>
public sealed class LeavesTheModuleTests
{
    private static readonly Dictionary<string, (Func<Tensor, object> Forward, Func<ExportOptions, ExportOptions> Options, Type? Failure)> Outcomes = new()
    {
        ["success"] = (x => x.sin(), options => options with { Evaluator = new OnnxRuntimeEvaluator() }, null),
        ["a refusal"] = (x => x * x.sum().item<float>(), options => options, typeof(CaptureRefusedException)),
        ["a refusal within scopes that are left open"] = (LeaveScopesOpen, options => options, typeof(CaptureRefusedException)),
        ["an operation without lowering"] = (x => x.sin(), options => options with { Lowerings = new() }, typeof(UnsupportedOperationException)),
        ["a mismatch"] = (x => Sine.Of.call(x), options => options with { Lowerings = LoweringRegistry.Default.Clone().Add<Sine>((operation, graph) => graph.Add("Cos", [operation.Input])), Evaluator = new OnnxRuntimeEvaluator() }, typeof(ExportMismatchException)),
        ["an example that forward fails on"] = (x => x.reshape(7, 7, 7), options => options, typeof(InvalidInputException)),
        ["an exception of forward's own"] = (_ => throw new NotImplementedException("later"), options => options, typeof(InvalidInputException)),
        ["too many names of outputs"] = (x => x.sin(), options => options with { OutputNames = ["a", "b"] }, typeof(InvalidInputException)),
    };

    public static TheoryData<string> OutcomeNames => [.. Outcomes.Keys];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Mode_parameters_statistics_and_gradients_stay(bool training)
    {
        using DisposeScope scope = NewDisposeScope();
        nn.Module<Tensor, Tensor> model = PresetTests.Trained(ModelPresets.Cnn);
        model.forward(ones(2, 3, 32, 32)).sum().backward();
        model.train(training);
        Dictionary<string, float[]> before = State(model);

        OnnxExporter.Export(model, zeros(1, 3, 32, 32), options => options with { FoldBatchNorm = true });

        model.modules().Append(model).Should().OnlyContain(module => module.training == training);
        model.parameters().Should().OnlyContain(parameter => parameter.requires_grad);
        State(model).Should().BeEquivalentTo(before);
    }

    [Theory]
    [MemberData(nameof(OutcomeNames))]
    public void Module_gradients_random_state_and_scopes_are_as_before_after(string outcome)
    {
        (Func<Tensor, object> forward, Func<ExportOptions, ExportOptions> configure, Type? failure) = Outcomes[outcome];
        using DisposeScope scope = NewDisposeScope();
        using Linear linear = nn.Linear(3, 3);
        using nn.Module tail = new Function(inputs => forward(inputs[0]), 1);
        using nn.Module model = new Two(linear, tail);
        linear.forward(ones(2, 3)).sum().backward();
        linear.bias!.requires_grad = false;
        linear.train(false);
        Dictionary<string, float[]> before = State(linear);
        Tensor example = rand(2, 3);
        using Tensor random = get_rng_state();

        foreach (bool grad in (bool[])[true, false])
        {
            using (set_grad_enabled(grad))
            {
                int tensors = scope.DisposablesCount;
                Exception? thrown = Record.Exception(() => OnnxExporter.Export(model, example, configure));
                (thrown is null).Should().Be(failure is null);
                thrown?.GetType().Should().Be(failure);
                scope.DisposablesCount.Should().Be(tensors, "what an export makes is its own");
                is_grad_enabled().Should().Be(grad);
            }
        }

        (model.training, linear.training, tail.training).Should().Be((true, false, true));
        (linear.weight!.requires_grad, linear.bias.requires_grad).Should().Be((true, false));
        using (Tensor now = get_rng_state())
        {
            now.Equals(random).Should().BeTrue();
        }

        using Tensor next = zeros(1);
        State(linear).Should().BeEquivalentTo(before);
        scope.Contains(next).Should().BeTrue("the scope around it is the current one again");
    }

    [Fact]
    public void A_module_that_two_others_share_keeps_its_own_mode()
    {
        using Dropout shared = nn.Dropout();
        using Two first = new(shared, nn.ReLU());
        using Two second = new(shared, nn.ReLU());
        using Two model = new(first, second);
        first.train(false);
        second.train(true);
        shared.train(false);

        OnnxExporter.Export(model, ones(2, 3));

        (model.training, first.training, second.training, shared.training).Should().Be((true, false, true, false));
    }

    [Fact]
    public void No_tensor_is_left_behind()
    {
        using nn.Module<Tensor, Tensor> model = nn.Sequential(
            nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.BatchNorm2d(4, affine: false), nn.Linear(15, 3), nn.Flatten(), nn.Linear(180, 10));
        using Tensor example = zeros(1, 3, 32, 32);
        OnnxExporter.Export(model, example);
        long before = Live();

        ExportedModel exported = OnnxExporter.Export(model, example, options => options with { Evaluator = new OnnxRuntimeEvaluator() });

        (Live() - before).Should().BeLessThanOrEqualTo(model.state_dict().Count, "the exported model holds the weights, and nothing else is left");
        GC.KeepAlive(exported);

        static long Live() => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
    }

    [Fact]
    public void What_forward_keeps_in_the_module_lives_on()
    {
        using Keeping model = new();
        using Tensor input = ones(2, 3);
        OnnxExporter.Export(model, input);

        model.Kept.Should().NotBeEmpty().And.OnlyContain(tensor => !tensor.IsInvalid);
        model.forward(input).sum().item<float>().Should().Be(2 * (1 + 2 + 3) * 4);
    }

    private static object LeaveScopesOpen(Tensor input)
    {
        _ = NewDisposeScope();
        _ = enable_grad();
        _ = NewDisposeScope();
        return input * input.sum().ToSingle();
    }

    private static Dictionary<string, float[]> State(nn.Module model) =>
        model.state_dict().Concat(model.named_parameters().Select(pair => KeyValuePair.Create($"{pair.name}.grad", (Tensor)pair.parameter.grad!)))
            .ToDictionary(pair => pair.Key, pair => pair.Value.detach().to(float32).data<float>().ToArray());

    private sealed class Sine() : nn.Module<Tensor, Tensor>(nameof(Sine))
    {
        public static Sine Of { get; } = new();

        public override Tensor forward(Tensor input) => input.sin();
    }

    private sealed class Two : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module _first;
        private readonly nn.Module _second;

        public Two(nn.Module first, nn.Module second)
            : base(nameof(Two))
        {
            (_first, _second) = (first, second);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => Call(_second, Call(_first, input));

        private static Tensor Call(nn.Module module, Tensor input) => module is nn.Module<Tensor, Tensor> typed ? typed.call(input) : (Tensor)((Function)module).forward(input);
    }

    // What forward keeps for later: what it needs again, and what people look at afterwards.
    private sealed class Keeping() : nn.Module<Tensor, Tensor>(nameof(Keeping))
    {
        private static Tensor? _shared;

        private readonly Dictionary<long, Tensor> _byWidth = [];
        private readonly List<Tensor> _list = [];
        private readonly Holder _holder = new();
        private Tensor? _scale;
        private (Tensor? Last, int Calls) _last;

        public IEnumerable<Tensor> Kept => new[] { _scale!, _last.Last!, _holder.Tensor!, _shared! }.Concat(_byWidth.Values).Concat(_list);

        public override Tensor forward(Tensor input)
        {
            _scale ??= arange(1, 4, ScalarType.Float32);
            _holder.Tensor ??= ones(3);
            _shared ??= ones(3);
            if (!_byWidth.TryGetValue(input.shape[1], out Tensor? wide))
            {
                _byWidth[input.shape[1]] = wide = ones(3);
            }

            if (_list.Count == 0)
            {
                _list.Add(ones(3));
            }

            Tensor result = input * _scale * (wide + _holder.Tensor + _shared + _list[0]);
            _last = (result, _last.Calls + 1);
            return result;
        }

        private sealed class Holder
        {
            public Tensor? Tensor { get; set; }
        }
    }
}

using System.Text.RegularExpressions;
using OnnxInit.Export;
using OnnxInit.Export.Lowerings;
using OnnxInit.Inference;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export;

/// <summary>An export that does not compute what the module does fails, and says where.</summary>
public sealed class ProofTests
{
    private const int Layers = 20;

    [Fact]
    public void The_first_operation_that_departs_is_named_with_module_and_line_and_the_one_before_it()
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(5);
        using nn.Module model = new Deep();
        LoweringRegistry wrong = LoweringRegistry.Default.Clone().Add<Gain>((operation, graph) => operation.Origin.ModulePath == "layers.11.gain"
            ? graph.Add("Mul", [operation.Input, graph.Scalar(1.01, operation.Input.Type)])
            : operation.Input);

        string message = FluentActions.Invoking(() => OnnxExporter.Export(model, randn(2, 8), options => options with { Lowerings = wrong, Evaluator = new OnnxRuntimeEvaluator() }))
            .Should().Throw<ExportMismatchException>().Which.Message;

        const string Number = @"[\d.E-]+";
        message.Should().MatchRegex(
            $"^The exported model does not compute what the model does: output 'output' differs at N = 8, by up to {Number}, where the greatest magnitude is {Number}\\. "
            + $"The first operation whose value differs is layers\\.11\\.gain \\(Gain\\), ProofTests\\.cs:{Deep.GainLine} \\('layers_11_gain'\\), by up to {Number}, where the greatest magnitude is {Number}; "
            + $"the last that agrees is layers\\.11 \\(tanh\\), ProofTests\\.cs:{Deep.TanhLine}\\.$");
        Regex.Count(message, "layers").Should().Be(3);
    }

    [Fact]
    public void A_lowering_of_another_shape_is_refused_with_its_name()
    {
        using DisposeScope scope = NewDisposeScope();
        using nn.Module model = new Deep();
        LoweringRegistry wrong = LoweringRegistry.Default.Clone().Add<Gain>((operation, graph) => graph.Unsqueeze(operation.Input, 0));

        FluentActions.Invoking(() => OnnxExporter.Export(model, randn(2, 8), options => options with { Lowerings = wrong })).Should().Throw<InvalidOperationException>()
            .WithMessage("The lowering of layers.0.gain (Gain), ProofTests.cs:* gives layers_0_gain: float[1, N, 8]; float[N, 8] came out of it.");
    }

    [Fact]
    public void What_changes_after_the_traces_is_found_by_the_replay()
    {
        using DisposeScope scope = NewDisposeScope();
        using nn.Module model = new Aging();

        FluentActions.Invoking(() => OnnxExporter.Export(model, randn(2, 8))).Should().Throw<ExportMismatchException>().WithMessage(
            "What was captured does not compute what forward does: output 0 differs at N = 8: by up to *, where the greatest magnitude is *. "
            + "Something that forward uses changes from call to call, or is not computed by TorchSharp's operations. Make forward a function of its inputs and the model's parameters.");
    }

    [Fact]
    public void The_proof_runs_at_untraced_sizes_at_traced_ones_and_at_1()
    {
        using DisposeScope scope = NewDisposeScope();
        using nn.Module model = nn.Linear(3, 2);
        Recorder recorder = new();

        ExportedModel exported = OnnxExporter.Export(model, randn(4, 3), options => options with { Evaluator = recorder });

        recorder.Shapes.Should().BeEquivalentTo(new long[][] { [8, 3], [2, 3], [1, 3] }, options => options.WithStrictOrdering());
        exported.Report.Evaluation.Should().BePositive();
    }

    private sealed class Recorder : OnnxInit.Contracts.Onnx.IOnnxEvaluator
    {
        public List<long[]> Shapes { get; } = [];

        public IReadOnlyList<IReadOnlyList<OnnxInit.Contracts.Onnx.OnnxTensor>> Evaluate(string modelPath, IReadOnlyList<IReadOnlyList<OnnxInit.Contracts.Onnx.OnnxTensor>> runs)
        {
            Shapes.AddRange(runs.Select(run => run[0].Shape.ToArray()));
            return new OnnxRuntimeEvaluator().Evaluate(modelPath, runs);
        }
    }

    private sealed class Aging() : nn.Module<Tensor, Tensor>(nameof(Aging))
    {
        // Two sizes, the first one twice, 1, and the trial before them.
        private const int Runs = 5;

        private int _calls;

        public override Tensor forward(Tensor input) => input * (_calls++ < Runs ? 2.0 : 3.0);
    }

    private sealed class Deep : nn.Module<Tensor, Tensor>
    {
        private readonly ModuleList<nn.Module<Tensor, Tensor>> _layers = nn.ModuleList<nn.Module<Tensor, Tensor>>([.. Enumerable.Range(0, Layers).Select(_ => new Block())]);

        public Deep()
            : base(nameof(Deep)) => register_module("layers", _layers);

        public static int TanhLine => Block.Line + 3;

        public static int GainLine => Block.Line + 4;

        public override Tensor forward(Tensor input) => _layers.Aggregate(input, (value, layer) => layer.call(value));
    }

    private sealed class Block : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _linear = nn.Linear(8, 8);
        private readonly Gain _gain = new();

        public Block()
            : base(nameof(Block))
        {
            register_module("linear", _linear);
            register_module("gain", _gain);
        }

        public static int Line => Here();

        public override Tensor forward(Tensor input)
        {
            Tensor y = _linear.call(input).tanh();
            return input + _gain.call(y);
        }

        private static int Here([System.Runtime.CompilerServices.CallerLineNumber] int line = 0) => line + 1;
    }

    private sealed class Gain() : nn.Module<Tensor, Tensor>(nameof(Gain))
    {
        public override Tensor forward(Tensor input) => input * 1;
    }
}

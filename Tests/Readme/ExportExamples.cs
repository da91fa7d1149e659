using OnnxInit.Export;
using OnnxInit.Export.Lowerings;
using OnnxInit.Inference;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Readme;

/// <summary>The examples of docs/export.md: what stands between the markers is compared with it, and run.</summary>
internal static class ExportExamples
{
    public static void OneCall()
    {
        using var model = nn.Sequential(nn.Linear(3072, 100), nn.ReLU(), nn.Linear(100, 10));
        // one call
        ExportedModel exported = OnnxExporter.Export(model, zeros(1, 3072));
        exported.Save("model.onnx");
        Console.WriteLine(exported.Graph); // every node, its shape and attributes, as text
        // one call
    }

    public static void Inputs()
    {
        using var model = new Classifier();
        Tensor tokens = ones(2, 7, int64);
        Tensor mask = ones(2, 7, @bool);
        // inputs
        var axes = new Dictionary<int, string> { [0] = "N", [1] = "T" };
        ExportedModel exported = OnnxExporter.Export(
            model,
            [new ExampleInput("tokens", tokens, axes), new ExampleInput("mask", mask, axes)],
            options => options with { Opset = 18, OutputNames = ["logits", "weights"] });
        // inputs
        exported.Graph.Outputs.Select(output => output.ToString()).Should().Equal("logits: float[N, 4]", "weights: float[N, T, 1]");
    }

    public static void Proof()
    {
        using var model = nn.Sequential(nn.Linear(8, 4), nn.Tanh());
        Tensor example = zeros(1, 8);
        // proof
        ExportedModel proven = OnnxExporter.Export(model, example, options => options with { Evaluator = new OnnxRuntimeEvaluator() });
        // proof
        proven.Report.Evaluation.Should().BePositive();
    }

    public static void OwnLowering()
    {
        using var model = new Swish2();
        // own lowering
        LoweringRegistry lowerings = LoweringRegistry.Default.Clone().Add<Swish2>((operation, graph) => graph.Add("Mul", [operation.Input, graph.Add("Sigmoid", [operation.Input])]));
        ExportedModel exported = OnnxExporter.Export(model, zeros(1, 8), options => options with { Lowerings = lowerings });
        // own lowering
        exported.Graph.Nodes.Select(node => node.OpType).Should().Equal("Sigmoid", "Mul");
    }

    public static void Large()
    {
        using var model = nn.Linear(64, 64);
        // large
        OnnxExporter.Export(model, zeros(1, 64), options => options with { ExternalData = true }).Save("large.onnx"); // and large.onnx.data
        // large
    }

    private sealed class Swish2() : nn.Module<Tensor, Tensor>(nameof(Swish2))
    {
        public override Tensor forward(Tensor input) => input * input.sigmoid();
    }

    private sealed class Classifier : nn.Module<Tensor, Tensor, (Tensor, Tensor)>
    {
        private readonly TorchSharp.Modules.Embedding _embedding = nn.Embedding(10, 8);
        private readonly TorchSharp.Modules.Linear _score = nn.Linear(8, 1);
        private readonly TorchSharp.Modules.Linear _head = nn.Linear(8, 4);

        public Classifier()
            : base(nameof(Classifier)) => RegisterComponents();

        public override (Tensor, Tensor) forward(Tensor tokens, Tensor mask)
        {
            Tensor embedded = _embedding.call(tokens);                                                       // [N, T, 8]
            Tensor scores = _score.call(embedded).masked_fill(mask.logical_not().unsqueeze(-1), -1e9);       // [N, T, 1]
            Tensor weights = scores.softmax(1);
            return (_head.call((embedded * weights).sum(1)), weights);
        }
    }
}

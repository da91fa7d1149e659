using OnnxInit.Contracts.Onnx;
using OnnxInit.Export;
using OnnxInit.Inference;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export;

/// <summary>What an export tells: where each node came from, the shape of every value, what was done.</summary>
public sealed class ReportTests
{
    [Theory]
    [InlineData(13)]
    [InlineData(17)]
    [InlineData(21)]
    public void Every_node_says_module_and_line_and_every_value_its_type_and_shape(int opset)
    {
        using DisposeScope scope = NewDisposeScope();
        using nn.Module model = new Net();

        GraphProto graph = OnnxExporter.Export(model, randn(2, 3, 8, 8), options => options with { Opset = opset }).Model.Graph;

        foreach (NodeProto node in graph.Node)
        {
            node.DocString.Should().MatchRegex(@"^(head )?\(?\w+.*, ReportTests\.cs:\d+$");
            if (opset == 21)
            {
                node.MetadataProps.Select(property => property.Key).Where(key => key != "module").Should().Equal("operation", "source");
                node.MetadataProps.Single(property => property.Key == "source").Value.Should().MatchRegex(@"^ReportTests\.cs:\d+$");
            }
            else
            {
                node.MetadataProps.Should().BeEmpty();
            }
        }

        string[] modules = [.. graph.Node.Select(node => node.DocString.Split(" (")[0]).Where(path => path is "conv" or "head").Distinct()];
        modules.Should().Equal("conv", "head");
        graph.Node.SelectMany(node => node.Output).Except(graph.Output.Select(output => output.Name)).Should().BeEquivalentTo(graph.ValueInfo.Select(value => value.Name));
        graph.ValueInfo.Concat(graph.Output).Concat(graph.Input).Should().OnlyContain(value => value.Type.TensorType.ElemType > 0 && value.Type.TensorType.Shape != null)
            .And.OnlyContain(value => value.Type.TensorType.Shape.Dim.All(axis => axis.HasDimValue || axis.DimParam.Length > 0));
    }

    [Fact]
    public void The_report_counts_what_was_done_and_how_long_it_took()
    {
        using DisposeScope scope = NewDisposeScope();
        using nn.Module model = new Net();

        ExportedModel exported = OnnxExporter.Export(model, randn(2, 3, 8, 8), options => options with { Evaluator = new OnnxRuntimeEvaluator() });

        ExportReport report = exported.Report;
        report.Operations.Should().Equal("Conv2d", "relu", "flatten", "Linear", "mul");
        report.Folded.Should().Be(2, "arange and its sum depend on no input");
        report.Constants.Should().Be(exported.Graph.Constants.Count).And.Be(5);
        report.Warnings.Should().BeEmpty();
        new[] { report.Capture, report.Replay, report.Lowering, report.Passes, report.Evaluation }.Should().OnlyContain(time => time > TimeSpan.Zero);
    }

    [Fact]
    public void A_size_at_which_forward_does_not_run_is_a_warning()
    {
        using DisposeScope scope = NewDisposeScope();
        using nn.Module model = nn.Conv1d(3, 4, 3);

        ExportedModel exported = OnnxExporter.Export(model, [new("input", randn(2, 3, 8), new Dictionary<int, string> { [0] = "N", [2] = "T" })]);

        exported.Report.Warnings.Should().ContainSingle().Which.Should().MatchRegex(@"^forward does not run at T = 1 \(.*Kernel size can't be greater than actual input size\), so the exported model need not either\.$");
    }

    [Fact]
    public void What_is_not_done_takes_no_time()
    {
        using DisposeScope scope = NewDisposeScope();
        using nn.Module model = nn.Linear(3, 2);

        ExportReport report = OnnxExporter.Export(model, randn(2, 3), options => options with { Verify = false }).Report;

        (report.Replay < TimeSpan.FromMilliseconds(1), report.Evaluation).Should().Be((true, TimeSpan.Zero));
    }

    [Fact]
    public void An_exported_model_prints_its_graph()
    {
        using DisposeScope scope = NewDisposeScope();
        using nn.Module model = new Net();

        ExportedModel exported = OnnxExporter.Export(model, randn(2, 3, 8, 8));

        exported.ToString().Should().Be(exported.Graph.ToString()).And.Be(
            """
            graph model(input: float[N, 3, 8, 8]) -> output: float[N, 2]
              const conv_weight: float[4, 3, 3, 3]
              const conv_bias: float[4]
              const head_weight: float[2, 144]
              const head_bias: float[2]
              const right_constant: float[]
              conv: float[N, 4, 6, 6] = Conv(input, conv_weight, conv_bias, dilations=[1, 1], group=1, kernel_shape=[3, 3], pads=[0, 0, 0, 0], strides=[1, 1])
              relu: float[N, 4, 6, 6] = Relu(conv)
              flatten: float[N, 144] = Flatten(relu, axis=1)
              head: float[N, 2] = Gemm(flatten, head_weight, head_bias, transB=1)
              output: float[N, 2] = Mul(head, right_constant)

            """.ReplaceLineEndings("\n"));
    }

    private sealed class Net : nn.Module<Tensor, Tensor>
    {
        private readonly Conv2d _conv = nn.Conv2d(3, 4, 3);
        private readonly Linear _linear = nn.Linear(144, 2);

        public Net()
            : base(nameof(Net))
        {
            register_module("conv", _conv);
            register_module("head", _linear);
        }

        public override Tensor forward(Tensor input)
        {
            Tensor y = _conv.call(input).relu(); // [N, 4, 6, 6]
            y = _linear.call(y.flatten(1)); // [N, 2]
            return y * arange(3, ScalarType.Float32).sum();
        }
    }
}

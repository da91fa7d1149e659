using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Models;
using OnnxInit.Export;
using OnnxInit.Export.Graph;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export;

public sealed class GraphReadabilityTests
{
    [Fact]
    public void The_lectures_network_reads_as_it_was_written() => Text(Mlp()).Should().Be(
        """
        graph mlp(input: float[N, 3, 32, 32]) -> logits: float[N, 10]
          const linear1_weight: float[100, 3072]
          const batchnorm1_weight: float[100]
          const batchnorm1_bias: float[100]
          const batchnorm1_running_mean: float[100]
          const batchnorm1_running_var: float[100]
          const linear2_weight: float[10, 100]
          const linear2_bias: float[10]
          flatten1: float[N, 3072] = Flatten(input, axis=1)
          linear1: float[N, 100] = Gemm(flatten1, linear1_weight, transB=1)
          batchnorm1: float[N, 100] = BatchNormalization(linear1, batchnorm1_weight, batchnorm1_bias, batchnorm1_running_mean, batchnorm1_running_var, epsilon=1E-05)
          relu1: float[N, 100] = Relu(batchnorm1)
          logits: float[N, 10] = Gemm(relu1, linear2_weight, linear2_bias, transB=1)

        """.ReplaceLineEndings("\n"));

    [Fact]
    public void Pixels_are_normalised_before_anything_else_and_folding_leaves_two_matrix_products() =>
        Text(Mlp(options => options with { FoldBatchNorm = true, EmbedNormalization = Normalization.Cifar10 })).Should().Be(
        """
        graph mlp(input: uint8[N, 3, 32, 32]) -> logits: float[N, 10]
          const normalization_scale: float[1, 3, 1, 1]
          const normalization_offset: float[1, 3, 1, 1]
          const linear1_weight: float[100, 3072]
          const linear1_bias: float[100]
          const linear2_weight: float[10, 100]
          const linear2_bias: float[10]
          normalization_cast: float[N, 3, 32, 32] = Cast(input, to=1)
          normalization_mul: float[N, 3, 32, 32] = Mul(normalization_cast, normalization_scale)
          normalized_input: float[N, 3, 32, 32] = Add(normalization_mul, normalization_offset)
          flatten1: float[N, 3072] = Flatten(normalized_input, axis=1)
          batchnorm1: float[N, 100] = Gemm(flatten1, linear1_weight, linear1_bias, transB=1)
          relu1: float[N, 100] = Relu(batchnorm1)
          logits: float[N, 10] = Gemm(relu1, linear2_weight, linear2_bias, transB=1)

        """.ReplaceLineEndings("\n"));

    [Fact]
    public void A_node_says_which_module_it_came_from() =>
        Export(nn.Sequential(("features", nn.Sequential(("0", nn.Linear(4, 3))))), [4]).Model.Graph.Node.Should().ContainSingle().Which.DocString.Should().StartWith("features.0 (Linear)");

    [Fact]
    public void A_single_module_needs_no_path() => Text(Export(nn.Linear(4, 3), [4])).Should().Be(
        """
        graph model(input: float[N, 4]) -> output: float[N, 3]
          const weight: float[3, 4]
          const bias: float[3]
          output: float[N, 3] = Gemm(input, weight, bias, transB=1)

        """.ReplaceLineEndings("\n"));

    [Theory]
    [InlineData("logits", "x")]
    [InlineData("x", "logits")]
    public void Input_and_output_keep_the_names_that_were_asked_for(string first, string last)
    {
        using nn.Module<Tensor, Tensor> module = nn.Sequential((first, nn.Linear(4, 4)), (last, nn.Linear(4, 4)));
        using Tensor example = zeros(1, 4);

        OnnxGraph graph = OnnxExporter.Export(
            module, [new ExampleInput("x", example, new Dictionary<int, string> { [0] = "batch" })], options => options with { OutputNames = ["logits"], GraphName = "mlp-deep" }).Graph;

        graph.ToString().Should().StartWith("graph mlp_deep(x: float[batch, 4]) -> logits: float[batch, 4]\n");
    }

    [Fact]
    public void Names_that_the_passes_add_collide_with_none()
    {
        using nn.Module<Tensor, Tensor> module = nn.Sequential(
            ("normalization_cast", nn.Conv2d(3, 4, 1, bias: false)),
            ("norm", nn.BatchNorm2d(4)),
            ("normalization_cast_bias", nn.ReLU()),
            ("normalized_input", nn.Flatten()));

        OnnxGraph graph = Export(module, [3, 2, 2], options => options with { FoldBatchNorm = true, EmbedNormalization = Normalization.Cifar10 }).Graph;

        graph.Nodes.Select(node => node.Name).Should().Equal(
            "normalization_cast_2", "normalization_mul", "normalized_input_2", "normalization_cast", "normalization_cast_bias", "normalized_input");
        graph.Constants.Select(constant => constant.Name).Should().Equal("normalization_scale", "normalization_offset", "normalization_cast_weight", "normalization_cast_bias_2");
    }

    [Fact]
    public void Numbers_are_written_alike_in_every_culture()
    {
        System.Globalization.CultureInfo before = System.Globalization.CultureInfo.CurrentCulture;
        try
        {
            System.Globalization.CultureInfo.CurrentCulture = new("") { NumberFormat = { NumberDecimalSeparator = "," } };
            Text(Export(nn.BatchNorm1d(4), [4])).Should().Contain("epsilon=1E-05)");
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = before;
        }
    }

    private static string Text(ExportedModel exported) => exported.Graph.ToString();

    private static ExportedModel Mlp(Func<ExportOptions, ExportOptions>? configure = null) =>
        Export(PresetTests.Trained(ModelPresets.Mlp), [3, 32, 32], options => (configure?.Invoke(options) ?? options) with { GraphName = "mlp", OutputNames = ["logits"] });

    private static ExportedModel Export(nn.Module<Tensor, Tensor> module, long[] shape, Func<ExportOptions, ExportOptions>? configure = null)
    {
        using Tensor example = zeros([1, .. shape]);
        return OnnxExporter.Export(module, example, configure);
    }
}

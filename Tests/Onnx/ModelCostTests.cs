using OnnxInit.Contracts.Models;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Export;
using OnnxInit.Tests.Export;
using OnnxInit.Tests.Export.Passes;
using TorchSharp;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Onnx;

public sealed class ModelCostTests
{
    [Fact]
    public void The_lecture_s_network_costs_what_its_two_matrices_cost()
    {
        ModelCost cost = ModelCost.Of(Preset(ModelPresets.Mlp));

        cost.BatchSize.Should().Be(1);
        cost.Nodes.Should().Be(5);
        cost.Flops.Should().Be(2 * ((3072 * 100) + (100 * 10)));
        cost.Parameters.Should().Be((3072 * 100) + (4 * 100) + (100 * 10) + 10, "BatchNorm has two weights and two statistics per unit");
        cost.ConstantBytes.Should().Be(4 * cost.Parameters);
        cost.PeakActivationBytes.Should().Be(4 * (3072 + 3072), "the image and the flat one");
        cost.ByModule.Should().Equal(
            new ModuleCost("flatten1", 1, 0, 0), new("linear1", 1, 307_200, 614_400), new("batchnorm1", 1, 400, 0), new("relu1", 1, 0, 0), new("linear2", 1, 1010, 2000));
    }

    [Fact]
    public void Convolutions_cost_their_window_at_every_place()
    {
        ModelCost cost = ModelCost.Of(Preset(ModelPresets.Cnn));

        long[] layers = [2 * 16 * 32 * 32 * (3 * 3 * 3), 2 * 32 * 16 * 16 * (16 * 3 * 3), 2 * 2048 * 64, 2 * 64 * 10];
        cost.ByNode.Where(node => node.Flops > 0).Select(node => node.Flops).Should().Equal(layers.Select(flops => (long?)flops));
        cost.Flops.Should().Be(3_507_456);
        cost.Parameters.Should().Be(432 + 64 + 4608 + 128 + 131_072 + 256 + 650);
        cost.PeakActivationBytes.Should().Be(4 * 2 * (16 * 32 * 32), "what the first BatchNorm reads and what it gives");
        cost.ByNode[1].Should().Be(new NodeCost(cost.ByNode[1].Name, "BatchNormalization", "batchnorm1", 64, 0, 16 * 32 * 32));
    }

    [Fact]
    public void Groups_strides_and_transposition_are_counted_as_they_compute()
    {
        using DisposeScope scope = NewDisposeScope();
        nn.Module strided = nn.Conv2d(4, 8, 3, stride: 2, padding: 1, groups: 2); // [N, 4, 9, 9] -> [N, 8, 5, 5]
        nn.Module transposed = nn.ConvTranspose2d(4, 6, 3, stride: 2, groups: 2); // [N, 4, 5, 5] -> [N, 6, 11, 11]

        ModelCost.Of(OnnxExporter.Export(strided, zeros(1, 4, 9, 9)).Model).Flops.Should().Be(2 * (8 * 5 * 5) * (2 * 3 * 3));
        ModelCost.Of(OnnxExporter.Export(transposed, zeros(1, 4, 5, 5)).Model).Flops.Should().Be(2 * (4 * 5 * 5) * (3 * 3 * 3));
    }

    [Theory]
    [InlineData("y: float[3, 5] = Gemm(x, w, transA=1, transB=1)", "float[N, 3]", "float[5, 1]", "float[3, 5]", 2 * 3 * 5)]
    [InlineData("y: float[2, N, 4, 5] = MatMul(x, w)", "float[2, N, 4, 3]", "float[3, 5]", "float[2, N, 4, 5]", null)]
    [InlineData("y: float[N, 4, 5] = MatMul(x, w)", "float[N, 4, 3]", "float[3, 5]", "float[N, 4, 5]", 2 * 4 * 5 * 3)]
    [InlineData("y: float[N, 4, 5] = Einsum(x, w, equation=nik,kj->nij)", "float[N, 4, 3]", "float[3, 5]", "float[N, 4, 5]", 2 * 4 * 5 * 3)]
    [InlineData("y: float[N, 6] = Mul(x, w)", "float[N, 6]", "float[6]", "float[N, 6]", 0)]
    public void Products_cost_two_operations_per_multiply_add(string node, string x, string w, string y, int? flops)
    {
        ModelProto model = Model($"""
            graph g(x: {x}) -> y: {y}
              const w: {w}
              {node}
            """);

        ModelCost.Of(model).Flops.Should().Be(flops, "N is 1 where it is the first axis of the first input, and unknown elsewhere");
        ModelCost.Of(model, new Dictionary<string, long> { ["N"] = 1 }).Flops.Should().NotBeNull();
    }

    [Fact]
    public void A_recurrent_layer_multiplies_both_of_its_matrices_in_every_step()
    {
        ModelProto model = Model("""
            graph g(x: float[T, N, 3]) -> y: float[T, 2, N, 5]
              const w: float[2, 20, 3]
              const r: float[2, 20, 5]
              y: float[T, 2, N, 5] = LSTM(x, w, r, direction=bidirectional, hidden_size=5)
            """);

        ModelCost cost = ModelCost.Of(model, new Dictionary<string, long> { ["T"] = 7, ["N"] = 4 });

        cost.Flops.Should().Be(2 * 7 * 4 * (2 * 20 * (3 + 5)));
        cost.PeakActivationBytes.Should().Be(4 * 7 * 4 * (3 + (2 * 5)));
    }

    [Fact]
    public void Sizes_that_are_sums_and_products_of_symbols_are_computed()
    {
        ModelProto model = Model("""
            graph g(x: float[N, T]) -> y: float[2*N*T + 3]
              z: float[2*N*T] = Opaque(x)
              y: float[2*N*T + 3] = Opaque(z)
            """);

        ModelCost.Of(model, new Dictionary<string, long> { ["T"] = 5 }).ByNode.Select(node => node.OutputElements).Should().Equal(10, 13);
        ModelCost.Of(model).ByNode.Select(node => node.OutputElements).Should().OnlyContain(count => count == null);
        ModelCost.Of(model).PeakActivationBytes.Should().BeNull();
    }

    [Fact]
    public void Values_are_let_go_of_after_their_last_use()
    {
        ModelProto model = Model("""
            graph g(x: float[N, 10]) -> y: float[N, 10]
              a: float[N, 100] = Opaque(x)
              b: float[N, 10] = Opaque(a)
              c: float[N, 200] = Opaque(b)
              y: float[N, 10] = Add(c, x)
            """);

        ModelCost.Of(model).PeakActivationBytes.Should().Be(4 * (10 + 10 + 200), "x is read at the end and lives throughout, a is gone when c is made");
        ModelCost.Of(model, new Dictionary<string, long> { ["N"] = 3 }).PeakActivationBytes.Should().Be(3 * 4 * (10 + 10 + 200));
    }

    [Fact]
    public void A_batch_of_fixed_size_is_said()
    {
        ModelCost cost = ModelCost.Of(Model("""
            graph g(x: float[8, 3]) -> y: float[8, 5]
              const w: float[3, 5]
              y: float[8, 5] = MatMul(x, w)
            """));

        cost.BatchSize.Should().Be(8);
        cost.Flops.Should().Be(2 * 8 * 3 * 5);
    }

    [Fact]
    public void Quantised_weights_are_weights_and_their_scales_are_none()
    {
        ModelProto model = Model("""
            graph g(x: float[N, 3]) -> y: float[N, 5]
              const w: uint8[3, 5]
              const scale: float[5]
              const zero: uint8[5]
              const axes: int64[1]
              d: float[3, 5] = DequantizeLinear(w, scale, zero, axis=1)
              r: float[N, 3] = Relu(x)
              y: float[N, 5] = MatMul(r, d)
            """);
        model.Graph.ValueInfo.Clear();

        ModelCost cost = ModelCost.Of(model);

        cost.Parameters.Should().Be(15);
        cost.ConstantBytes.Should().Be(15 + 20 + 5 + 8);
        cost.Flops.Should().Be(2 * 3 * 5, "quantisation keeps the shape, also where nobody says it");
        cost.ByNode.Select(node => node.Parameters).Should().Equal(15, 0, 0);
    }

    [Fact]
    public void A_weight_that_several_nodes_read_counts_once()
    {
        ModelCost cost = ModelCost.Of(Model("""
            graph g(x: float[N, 3]) -> y: float[N, 3]
              const w: float[3, 3]
              z: float[N, 3] = MatMul(x, w)
              y: float[N, 3] = MatMul(z, w)
            """));

        cost.Parameters.Should().Be(9);
        cost.ByNode.Select(node => node.Parameters).Should().Equal(9, 0);
    }

    [Fact]
    public void What_cannot_be_known_is_null_and_not_zero()
    {
        ModelProto model = Model("""
            graph g(x: float[N, 3]) -> y: float[N, 5]
              const w: float[3, 5]
              z: float[N, 3] = Opaque(x)
              y: float[N, 5] = MatMul(z, w)
            """);
        model.Graph.ValueInfo.Clear();
        ModelCost.Of(model).Should().BeEquivalentTo(new { Flops = (long?)null, PeakActivationBytes = (long?)null, Parameters = 15L });

        model = Model("""
            graph g(x: float[N, 3]) -> y: float[N, 3]
              y: float[N, 3] = Relu(x)
            """);
        model.Graph.Node[0].Domain = "com.microsoft";
        ModelCost.Of(model).Flops.Should().BeNull("nobody knows what another domain's operator computes");
        ModelCost.Of(model).PeakActivationBytes.Should().Be(4 * 6);
    }

    [Fact]
    public void Numbers_in_typed_fields_have_bytes_too()
    {
        TensorProto tensor = new() { DataType = (int)DataType.Float };
        tensor.Dims.Add(3);
        tensor.FloatData.Add([1, 2, 3]);

        OnnxFile.ByteCount(tensor).Should().Be(12);
    }

    private static ModelProto Preset(ModelSpec spec)
    {
        using DisposeScope scope = NewDisposeScope();
        return OnnxExporter.Export(PresetTests.Trained(spec), zeros(1, 3, 32, 32)).Model;
    }

    private static ModelProto Model(string text) => ExportedModel.Create(GraphText.Parse(text), new(), new([])).Model;
}

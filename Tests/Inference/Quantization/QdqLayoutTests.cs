using OnnxInit.Contracts.Onnx;
using OnnxInit.Inference.Quantization;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Tests.Inference.Quantization;

/// <summary>Where QuantizeLinear and DequantizeLinear stand, and what they hold.</summary>
public sealed class QdqLayoutTests
{
    private static readonly Int8Options MinMax = new() { Method = CalibrationMethod.MinMax };

    [Fact]
    public void Every_operator_with_an_integer_kernel_stands_between_a_DequantizeLinear_and_a_QuantizeLinear() =>
        ModelText.Nodes(Quantize(SmallModels.Residual).Model).Should().Be(
            """
            x_quantized = QuantizeLinear(x, x_scale, x_zero_point)
            x_dequantized = DequantizeLinear(x_quantized, x_scale, x_zero_point)
            w1_dequantized = DequantizeLinear(w1_quantized, w1_scale, w1_zero_point, axis=0)
            b1_dequantized = DequantizeLinear(b1_quantized, b1_scale, b1_zero_point, axis=0)
            r1 = Conv(x_dequantized, w1_dequantized, b1_dequantized, pads=[1, 1, 1, 1])
            r1_quantized = QuantizeLinear(r1, r1_scale, r1_zero_point)
            r1_dequantized = DequantizeLinear(r1_quantized, r1_scale, r1_zero_point)
            w2_dequantized = DequantizeLinear(w2_quantized, w2_scale, w2_zero_point, axis=0)
            c2 = Conv(r1_dequantized, w2_dequantized, pads=[1, 1, 1, 1])
            c2_quantized = QuantizeLinear(c2, c2_scale, c2_zero_point)
            c2_dequantized = DequantizeLinear(c2_quantized, c2_scale, c2_zero_point)
            r2 = Add(c2_dequantized, r1_dequantized)
            r2_quantized = QuantizeLinear(r2, r2_scale, r2_zero_point)
            r2_dequantized = DequantizeLinear(r2_quantized, r2_scale, r2_zero_point)
            j = Concat(r2_dequantized, c2_dequantized, axis=1)
            j_quantized = QuantizeLinear(j, j_scale, j_zero_point)
            j_dequantized = DequantizeLinear(j_quantized, j_scale, j_zero_point)
            p = MaxPool(j_dequantized, kernel_shape=[2, 2], strides=[2, 2])
            p_quantized = QuantizeLinear(p, j_scale, j_zero_point)
            p_dequantized = DequantizeLinear(p_quantized, j_scale, j_zero_point)
            g = GlobalAveragePool(p_dequantized)
            g_quantized = QuantizeLinear(g, g_scale, g_zero_point)
            g_dequantized = DequantizeLinear(g_quantized, g_scale, g_zero_point)
            f = Flatten(g_dequantized)
            f_quantized = QuantizeLinear(f, g_scale, g_zero_point)
            f_dequantized = DequantizeLinear(f_quantized, g_scale, g_zero_point)
            w3_dequantized = DequantizeLinear(w3_quantized, w3_scale, w3_zero_point, axis=0)
            b3_dequantized = DequantizeLinear(b3_quantized, b3_scale, b3_zero_point, axis=0)
            logits = Gemm(f_dequantized, w3_dequantized, b3_dequantized, transB=1)
            """);

    [Fact]
    public void Weights_are_int8_and_symmetric_with_a_scale_per_output_channel_and_biases_int32_in_units_of_both_scales()
    {
        ModelProto model = Quantize(
            """
            graph g(x: float[N, 2]) -> y: float[N, 2]
              const w: float[2, 2] = [127, -63.5, 0.5, 1.27]
              const b: float[2] = [10, -0.5]
              y: float[N, 2] = Gemm(x, w, b, transB=1)
            """, SmallModels.Tensor("x", [1, 2], 0, 255)).Model;

        ModelText.Constant(model, "x_scale").Should().Be("float[] = [1]");
        ModelText.Constant(model, "x_zero_point").Should().Be("uint8[] = [0]");
        ModelText.Constant(model, "w_quantized").Should().Be("int8[2, 2] = [127, -64, 50, 127]");
        ModelText.Constant(model, "w_scale").Should().Be("float[2] = [1, 0.01]");
        ModelText.Constant(model, "w_zero_point").Should().Be("int8[2] = [0, 0]");
        ModelText.Constant(model, "b_quantized").Should().Be("int32[2] = [10, -50]");
        ModelText.Constant(model, "b_scale").Should().Be("float[2] = [1, 0.01]");
        ModelText.Constant(model, "b_zero_point").Should().Be("int32[2] = [0, 0]");
        model.Graph.Initializer.Select(constant => constant.Name).Should().NotContain(["w", "b"]);
    }

    [Fact]
    public void What_normalises_pixels_stays_in_float_and_a_matrix_product_gives_float_to_who_wants_it() =>
        ModelText.Nodes(ModelQuantizer.ToInt8(ModelText.Parse(SmallModels.Pixels), "m.onnx", SmallModels.Bytes(0, 2, 4, 8), MinMax).Model).Should().Be(
            """
            v = Cast(x, to=float)
            m = Mul(v, scale)
            n = Add(m, offset)
            f = Flatten(n)
            f_quantized = QuantizeLinear(f, f_scale, f_zero_point)
            f_dequantized = DequantizeLinear(f_quantized, f_scale, f_zero_point)
            w_dequantized = DequantizeLinear(w_quantized, w_scale, w_zero_point, axis=1)
            h = MatMul(f_dequantized, w_dequantized)
            t = Tanh(h)
            t_quantized = QuantizeLinear(t, t_scale, t_zero_point)
            t_dequantized = DequantizeLinear(t_quantized, t_scale, t_zero_point)
            w2_dequantized = DequantizeLinear(w2_quantized, w2_scale, w2_zero_point, axis=1)
            logits = MatMul(t_dequantized, w2_dequantized)
            """);

    [Fact]
    public void The_first_and_the_last_layer_stay_in_float_on_demand()
    {
        QuantizedModel quantized = ModelQuantizer.ToInt8(ModelText.Parse(SmallModels.Residual), "m.onnx", SmallModels.Floats(1, 2, 4, 4), MinMax with { KeepFirstFloat = true, KeepLastFloat = true });

        ModelText.Nodes(quantized.Model).Should().Be(
            """
            c1 = Conv(x, w1, b1, pads=[1, 1, 1, 1])
            r1 = Relu(c1)
            r1_quantized = QuantizeLinear(r1, r1_scale, r1_zero_point)
            r1_dequantized = DequantizeLinear(r1_quantized, r1_scale, r1_zero_point)
            w2_dequantized = DequantizeLinear(w2_quantized, w2_scale, w2_zero_point, axis=0)
            c2 = Conv(r1_dequantized, w2_dequantized, pads=[1, 1, 1, 1])
            c2_quantized = QuantizeLinear(c2, c2_scale, c2_zero_point)
            c2_dequantized = DequantizeLinear(c2_quantized, c2_scale, c2_zero_point)
            s = Add(c2_dequantized, r1)
            r2 = Relu(s)
            j = Concat(r2, c2_dequantized, axis=1)
            p = MaxPool(j, kernel_shape=[2, 2], strides=[2, 2])
            g = GlobalAveragePool(p)
            f = Flatten(g)
            logits = Gemm(f, w3, b3, transB=1)
            """);
        quantized.LayersInFloat.Should().Equal("'c1' (Conv of c1 (Conv))", "'logits' (Gemm of logits (Gemm))");
    }

    [Fact]
    public void A_Clip_whose_range_holds_0_goes_into_the_integers_and_another_stays()
    {
        const string graph =
            """
            graph g(x: float[N, 2]) -> y: float[N, 2]
              const low: float[] = [LOW]
              const high: float[] = [6]
              const w: float[2, 2]
              a: float[N, 2] = Gemm(x, w)
              c: float[N, 2] = Clip(a, low, high)
              y: float[N, 2] = Gemm(c, w)
            """;

        ModelText.Nodes(Quantize(graph.Replace("LOW", "0", StringComparison.Ordinal), SmallModels.Tensor("x", [1, 2], 1, 2)).Model).Should().NotContain("Clip");
        ModelText.Nodes(Quantize(graph.Replace("LOW", "1", StringComparison.Ordinal), SmallModels.Tensor("x", [1, 2], 1, 2)).Model).Should().Contain("c = Clip(a, low, high)");
    }

    [Fact]
    public void A_Relu_stays_where_somebody_else_reads_what_comes_before_it() =>
        ModelText.Nodes(Quantize(
            """
            graph g(x: float[N, 2]) -> y: float[N, 2], a: float[N, 2]
              const w: float[2, 2]
              a: float[N, 2] = Gemm(x, w)
              r: float[N, 2] = Relu(a)
              y: float[N, 2] = Gemm(r, w)
            """, SmallModels.Tensor("x", [1, 2], 1, 2)).Model).Should().Be(
            """
            x_quantized = QuantizeLinear(x, x_scale, x_zero_point)
            x_dequantized = DequantizeLinear(x_quantized, x_scale, x_zero_point)
            w_dequantized = DequantizeLinear(w_quantized, w_scale, w_zero_point, axis=1)
            a = Gemm(x_dequantized, w_dequantized)
            r = Relu(a)
            r_quantized = QuantizeLinear(r, r_scale, r_zero_point)
            r_dequantized = DequantizeLinear(r_quantized, r_scale, r_zero_point)
            y = Gemm(r_dequantized, w_dequantized)
            """, "and layers that share a weight share its integers");

    [Fact]
    public void An_output_in_integers_keeps_its_name_and_holds_what_they_stand_for() =>
        ModelText.Nodes(Quantize(
            """
            graph g(x: float[N, 1, 2, 2]) -> y: float[N, 1, 1, 1]
              const w: float[1, 1, 2, 2]
              y: float[N, 1, 1, 1] = Conv(x, w)
            """, SmallModels.Tensor("x", [1, 1, 2, 2], 1, 2, 3, 4)).Model).Should().EndWith(
            """
            y_float = Conv(x_dequantized, w_dequantized)
            y_quantized = QuantizeLinear(y_float, y_scale, y_zero_point)
            y = DequantizeLinear(y_quantized, y_scale, y_zero_point)
            """);

    [Fact]
    public void A_constant_that_is_added_becomes_integers_of_the_activation_s_type_with_a_range_of_its_own()
    {
        ModelProto model = Quantize(
            """
            graph g(x: float[N, 1, 2, 2]) -> y: float[N, 1, 1, 1]
              const w: float[1, 1, 2, 2]
              const v: float[1, 1, 1, 1] = [2]
              const c: float[1, 1, 1] = [-51]
              a: float[N, 1, 1, 1] = Conv(x, w)
              s: float[N, 1, 1, 1] = Add(a, c)
              y: float[N, 1, 1, 1] = Conv(s, v)
            """, SmallModels.Tensor("x", [1, 1, 2, 2], 1, 2, 3, 4)).Model;

        ModelText.Nodes(model).Should().Contain(
            """
            c_dequantized = DequantizeLinear(c_quantized, c_scale, c_zero_point)
            s = Add(a_dequantized, c_dequantized)
            s_quantized = QuantizeLinear(s, s_scale, s_zero_point)
            """);
        ModelText.Constant(model, "c_quantized").Should().Be("uint8[1, 1, 1] = [0]");
        ModelText.Constant(model, "c_scale").Should().Be("float[] = [0.2]");
        ModelText.Constant(model, "c_zero_point").Should().Be("uint8[] = [255]");
    }

    [Fact]
    public void Weights_that_another_exporter_wrote_as_Constant_nodes_are_weights()
    {
        ModelProto model = ModelText.Parse(SmallModels.Residual);
        foreach (TensorProto constant in model.Graph.Initializer.ToList())
        {
            NodeProto node = new() { OpType = "Constant", Name = $"{constant.Name}_node" };
            node.Output.Add(constant.Name);
            TensorProto typed = new() { DataType = constant.DataType };
            typed.Dims.Add(constant.Dims);
            typed.FloatData.Add(TensorData.Floats(constant)); // in the typed field, as onnx.helper writes it
            node.Attribute.Add(new AttributeProto { Name = "value", Type = AttributeProto.Types.AttributeType.Tensor, T = typed });
            model.Graph.Node.Insert(0, node);
            model.Graph.Initializer.Remove(constant);
        }

        ModelText.Nodes(ModelQuantizer.ToInt8(model, "m.onnx", SmallModels.Floats(1, 2, 4, 4), MinMax).Model).Should().Be(ModelText.Nodes(Quantize(SmallModels.Residual).Model));
    }

    [Fact]
    public void Inputs_outputs_and_metadata_stay_and_the_model_is_not_changed()
    {
        ModelProto model = ModelText.Parse(SmallModels.Residual);
        model.MetadataProps.Add(new StringStringEntryProto { Key = ModelMetadata.ClassNames, Value = "a,b,c" });
        ModelProto before = model.Clone();

        ModelProto quantized = ModelQuantizer.ToInt8(model, "m.onnx", SmallModels.Floats(1, 2, 4, 4), MinMax).Model;

        model.Should().Be(before);
        quantized.Graph.Input.Should().Equal(model.Graph.Input);
        quantized.Graph.Output.Should().Equal(model.Graph.Output);
        quantized.MetadataProps.Should().Equal(model.MetadataProps);
        quantized.Graph.ValueInfo.Should().OnlyContain(value => value.Type.TensorType.ElemType == (int)DataType.Float);
    }

    private static QuantizedModel Quantize(string graph, OnnxTensor? input = null) =>
        ModelQuantizer.ToInt8(ModelText.Parse(graph), "m.onnx", input is null ? SmallModels.Floats(1, 2, 4, 4) : [[input]], MinMax);
}

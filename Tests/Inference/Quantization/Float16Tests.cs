using OnnxInit.Contracts;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Inference.Quantization;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Tests.Inference.Quantization;

public sealed class Float16Tests
{
    [Fact]
    public void Weights_and_activations_are_float16_between_inputs_and_outputs_in_float32()
    {
        ModelProto model = Convert(
            """
            graph g(x: float[N, 2]) -> logits: float[N, 2]
              const w: float[2, 2] = [0.1, 2, 3, 4]
              h: float[N, 2] = MatMul(x, w)
              r: float[N, 2] = Relu(h)
              logits: float[N, 2] = MatMul(r, w)
            """).Model;

        ModelText.Nodes(model).Should().Be(
            """
            x_float16 = Cast(x, to=float16)
            h = MatMul(x_float16, w)
            r = Relu(h)
            logits_float16 = MatMul(r, w)
            logits = Cast(logits_float16, to=float)
            """);
        ModelText.Constant(model, "w").Should().Be("float16[2, 2] = [0.1, 2, 3, 4]");
        model.Graph.ValueInfo.Should().OnlyContain(value => value.Type.TensorType.ElemType == (int)DataType.Float16);
        model.Graph.Input[0].Type.TensorType.ElemType.Should().Be((int)DataType.Float);
        model.Graph.Output[0].Type.TensorType.ElemType.Should().Be((int)DataType.Float);
    }

    [Fact]
    public void Pixels_are_normalised_in_float32() =>
        ModelText.Nodes(ModelQuantizer.ToFloat16(ModelText.Parse(SmallModels.Pixels), "m.onnx", SmallModels.Bytes(0, 100, 200, 255)).Model).Should().Be(
            """
            v = Cast(x, to=float)
            m = Mul(v, scale)
            n = Add(m, offset)
            n_float16 = Cast(n, to=float16)
            f = Flatten(n_float16)
            h = MatMul(f, w)
            t = Tanh(h)
            logits_float16 = MatMul(t, w2)
            logits = Cast(logits_float16, to=float)
            """);

    [Fact]
    public void What_has_no_sensible_float16_form_stays_float32_between_casts_and_shares_no_constant_with_what_has()
    {
        ModelProto model = Convert(
            """
            graph g(x: float[N, 1, 2, 2]) -> y: float[N, 1, 4, 4]
              const scales: float[4] = [1, 1, 2, 2]
              const c: float[] = [2]
              a: float[N, 1, 2, 2] = Mul(x, c)
              r: float[N, 1, 4, 4] = Resize(a, , scales, mode=nearest)
              u: float[N, 1, 4, 4] = CumSum(r, axis)
              y: float[N, 1, 4, 4] = Mul(u, c)
              const axis: int64[] = [2]
            """, SmallModels.Tensor("x", [1, 1, 2, 2], 1, 2, 3, 4)).Model;

        ModelText.Nodes(model).Should().Be(
            """
            x_float16 = Cast(x, to=float16)
            a = Mul(x_float16, c)
            a_float = Cast(a, to=float)
            r = Resize(a_float, , scales, mode=String)
            u = CumSum(r, axis)
            u_float16 = Cast(u, to=float16)
            y_float16 = Mul(u_float16, c)
            y = Cast(y_float16, to=float)
            """);
        ModelText.Constant(model, "scales").Should().Be("float[4] = [1, 1, 2, 2]");
        ModelText.Constant(model, "c").Should().Be("float16[] = [2]");
    }

    [Fact]
    public void Attributes_that_say_an_element_type_say_float16()
    {
        ModelProto model = ModelText.Parse(
            """
            graph g(x: float[N, 2]) -> y: float[N, 2]
              const shape: int64[1] = [2]
              i: int64[N, 2] = Cast(x, to=7)
              f: float[N, 2] = Cast(i, to=1)
              o: float[2] = ConstantOfShape(shape)
              y: float[N, 2] = Add(f, o)
            """);
        model.Graph.Node.Single(node => node.OpType == "ConstantOfShape").Attribute.Add(
            new AttributeProto { Name = "value", Type = AttributeProto.Types.AttributeType.Tensor, T = TensorData.Of(string.Empty, [0.5f], 1) });

        ModelText.Nodes(ModelQuantizer.ToFloat16(model, "m.onnx", [[SmallModels.Tensor("x", [1, 2], 1, 2)]]).Model).Should().Be(
            """
            x_float16 = Cast(x, to=float16)
            i = Cast(x_float16, to=int64)
            f = Cast(i, to=float16)
            o = ConstantOfShape(shape, value=float16[0.5])
            y_float16 = Add(f, o)
            y = Cast(y_float16, to=float)
            """);
    }

    [Fact]
    public void A_value_that_is_an_output_and_read_inside_is_there_in_both_types() =>
        ModelText.Nodes(Convert(
            """
            graph g(x: float[N, 2]) -> y: float[N, 2], r: float[N, 2]
              r: float[N, 2] = Relu(x)
              y: float[N, 2] = Neg(r)
            """).Model).Should().Be(
            """
            x_float16 = Cast(x, to=float16)
            r_float16 = Relu(x_float16)
            r = Cast(r_float16, to=float)
            y_float16 = Neg(r_float16)
            y = Cast(y_float16, to=float)
            """);

    [Fact]
    public void A_weight_beyond_float16_names_the_node_its_module_and_the_number() =>
        Converting("const w: float[2, 2] = [1, -65536, 3, 4]").Should().Throw<InvalidInputException>().WithMessage(
            "The model 'm.onnx' does not fit into float16, which ends at 65,504: the constant 'w' of node 'logits' (MatMul of logits (MatMul)) holds -65536; node 'logits' (MatMul of logits (MatMul)) gives -65528. "
            + "Scale that layer down and train on, use bfloat16 or float32, or quantize to int8.");

    [Fact]
    public void An_activation_beyond_float16_names_the_node_its_module_and_the_greatest_number() =>
        Converting("const w: float[2, 2] = [30000, 1, 40000, 1]").Should().Throw<InvalidInputException>().WithMessage(
            "The model 'm.onnx' does not fit into float16, which ends at 65,504: node 'logits' (MatMul of logits (MatMul)) gives 110000. *");

    [Fact]
    public void The_greatest_float16_fits() => Converting("const w: float[2, 2] = [65504, 1, 0, 1]", 1, 0).Should().NotThrow();

    [Theory]
    [InlineData("NaN", "NaN")]
    [InlineData("Infinity", "Infinity")]
    public void An_input_that_is_not_finite_is_named(string value, string shown) =>
        Converting("const w: float[2, 2] = [1, 1, 1, 1]", float.Parse(value), 1).Should().Throw<InvalidInputException>().WithMessage(
            $"The model 'm.onnx' does not fit into float16, which ends at 65,504: the input 'x' holds {shown}; *");

    [Fact]
    public void An_infinity_that_masks_attention_is_let_through_since_float16_has_it() =>
        Converting("const w: float[2, 2] = [1, -Infinity, 1, 1]", 1, 1).Should().NotThrow();

    [Fact]
    public void Numbers_that_become_0_are_counted()
    {
        QuantizedModel quantized = Convert(
            """
            graph g(x: float[N, 2]) -> y: float[N, 2]
              const c: float[2] = [1e-8, 1e-7]
              a: float[N, 2] = Mul(x, c)
              y: float[N, 2] = Relu(a)
            """, SmallModels.Tensor("x", [2, 2], 1, 0.1f, 0, 1));

        quantized.UnderflowingWeights.Should().Be(1, "1e-8 does and 1e-7 does not");
        quantized.UnderflowingActivations.Should().Be(4, "1e-8 and 0.1 x 1e-7, of both nodes");
    }

    [Fact]
    public void Without_samples_the_weights_alone_are_checked() =>
        FluentActions.Invoking(() => ModelQuantizer.ToFloat16(Product("const w: float[2, 2] = [60000, 60000, 60000, 60000]"), "m.onnx", samples: null)).Should().NotThrow();

    private static Action Converting(string weight, params float[] input) =>
        FluentActions.Invoking(() => { _ = ModelQuantizer.ToFloat16(Product(weight), "m.onnx", [[SmallModels.Tensor("x", [1, 2], input.Length == 0 ? [1, 2] : input)]]); });

    private static ModelProto Product(string weight) => ModelText.Parse(
        $$"""
        graph g(x: float[N, 2]) -> logits: float[N, 2]
          {{weight}}
          logits: float[N, 2] = MatMul(x, w)
        """);

    private static QuantizedModel Convert(string graph, OnnxTensor? input = null) =>
        ModelQuantizer.ToFloat16(ModelText.Parse(graph), "m.onnx", [[input ?? SmallModels.Tensor("x", [1, 2], 1, 2)]]);
}

using OnnxInit.Contracts.Onnx;
using static OnnxInit.Export.Graph.Operators.ElementTypeSet;

namespace OnnxInit.Export.Graph.Operators;

/// <summary>Operators between numbers and 8-bit or 16-bit integers with a scale and a zero point, and products of such integers.</summary>
internal static class QuantizationOperators
{
    private const ElementTypeSet Bytes = Int8 | Uint8;
    private const ElementTypeSet Quantized = Bytes | ElementTypeSet.Int16 | Uint16;
    private const ElementTypeSet Scales = Float | Float16 | BFloat16;
    private const ElementTypeSet Word = ElementTypeSet.Int32;

    public static IEnumerable<OperatorSchema> All =>
    [
        new("QuantizeLinear", 13, "(T1 x, float y_scale, T2? y_zero_point; int? axis) -> T2 y", Shapes.First, ("T1", Float | Word), ("T2", Bytes)) { ResultType = QuantizedType },
        new("QuantizeLinear", 19, "(T1 x, T1 y_scale, T2? y_zero_point; int? axis, int? saturate) -> T2 y", Shapes.First, ("T1", Scales | Word), ("T2", Bytes)) { ResultType = QuantizedType },
        new("QuantizeLinear", 21, "(T1 x, T1 y_scale, T2? y_zero_point; int? axis, int? block_size, int? output_dtype, int? saturate) -> T2 y", Shapes.First, ("T1", Scales | Word), ("T2", Quantized)) { ResultType = QuantizedType },
        new("DequantizeLinear", 13, "(T x, float x_scale, T? x_zero_point; int? axis) -> float y", Shapes.First, ("T", Bytes | Word)),
        new("DequantizeLinear", 19, "(T1 x, T2 x_scale, T1? x_zero_point; int? axis) -> T2 y", Shapes.First, ("T1", Bytes | Word), ("T2", Scales)),
        new("DequantizeLinear", 21, "(T1 x, T2 x_scale, T1? x_zero_point; int? axis, int? block_size) -> T2 y", Shapes.First, ("T1", Quantized | Word), ("T2", Scales)),
        new("DynamicQuantizeLinear", 11, "(float x) -> uint8 y, float y_scale, uint8 y_zero_point", (call, output) => output == 0 ? call.Shape(0) : []),
        new("MatMulInteger", 10, "(T1 A, T2 B, T1? a_zero_point, T2? b_zero_point) -> int32 Y", (call, _) => MatrixOperators.MatMul(call, 0, 1), ("T1", Bytes), ("T2", Bytes)),
        new("ConvInteger", 10, $"(T1 x, T2 w, T1? x_zero_point, T2? w_zero_point; {WindowOperators.Convolution}) -> int32 y", (call, _) => WindowOperators.Convolve(call, 1), ("T1", Bytes), ("T2", Bytes)),
        new("QLinearMatMul", 10, "(T1 a, float a_scale, T1 a_zero_point, T2 b, float b_scale, T2 b_zero_point, float y_scale, T3 y_zero_point) -> T3 y", MatrixProduct, ("T1", Bytes), ("T2", Bytes), ("T3", Bytes)),
        new("QLinearMatMul", 21, "(T1 a, TS a_scale, T1 a_zero_point, T2 b, TS b_scale, T2 b_zero_point, TS y_scale, T3 y_zero_point) -> T3 y", MatrixProduct, ("T1", Bytes), ("T2", Bytes), ("T3", Bytes), ("TS", Scales)),
        new("QLinearConv", 10, $"(T1 x, float x_scale, T1 x_zero_point, T2 w, float w_scale, T2 w_zero_point, float y_scale, T3 y_zero_point, int32? B; {WindowOperators.Convolution}) -> T3 y", Convolution, ("T1", Bytes), ("T2", Bytes), ("T3", Bytes)),
    ];

    private static TensorProto.Types.DataType QuantizedType(OperatorCall call) =>
        (TensorProto.Types.DataType)(call.Int("output_dtype") is not 0 and var type ? type : (long)TensorProto.Types.DataType.Uint8);

    private static Dimension[] MatrixProduct(OperatorCall call, int output) => MatrixOperators.MatMul(call, 0, 3);

    private static Dimension[] Convolution(OperatorCall call, int output) => WindowOperators.Convolve(call, 3);
}

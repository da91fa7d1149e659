namespace OnnxInit.Export.Graph.Operators;

/// <summary>An attribute of an operator.</summary>
/// <param name="Name">Its name in ONNX.</param>
/// <param name="Type">Its type in ONNX: <c>int</c>, <c>float</c>, <c>string</c>, <c>tensor</c>, or the plural.</param>
/// <param name="IsRequired">Whether it has no default.</param>
internal sealed record OperatorAttribute(string Name, string Type, bool IsRequired)
{
    /// <summary>ONNX's name for the type of an attribute's value.</summary>
    public static string TypeOf(object value) => value switch
    {
        long => "int",
        float => "float",
        string => "string",
        long[] => "ints",
        float[] => "floats",
        string[] => "strings",
        GraphConstant => "tensor",
        _ => value.GetType().Name,
    };
}

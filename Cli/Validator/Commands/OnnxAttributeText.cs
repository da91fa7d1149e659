using System.Globalization;
using OnnxInit.Contracts.Onnx;
using static OnnxInit.Contracts.Onnx.AttributeProto.Types;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Cli.Commands;

/// <summary>Attributes of nodes as text.</summary>
internal static class OnnxAttributeText
{
    /// <summary>The value; of a tensor or a graph what it is.</summary>
    /// <param name="attribute">The attribute.</param>
    public static string Of(AttributeProto attribute) => attribute.Type switch
    {
        AttributeType.Int => attribute.I.ToString(CultureInfo.InvariantCulture),
        AttributeType.Float => attribute.F.ToString(CultureInfo.InvariantCulture),
        AttributeType.String => attribute.S.ToStringUtf8(),
        AttributeType.Ints => $"[{string.Join(", ", attribute.Ints)}]",
        AttributeType.Floats => $"[{string.Join(", ", attribute.Floats.Select(number => number.ToString(CultureInfo.InvariantCulture)))}]",
        AttributeType.Strings => $"[{string.Join(", ", attribute.Strings.Select(text => text.ToStringUtf8()))}]",
        AttributeType.Tensor => $"{((DataType)attribute.T.DataType).ToString().ToLowerInvariant()}[{string.Join(", ", attribute.T.Dims)}]",
        AttributeType.Graph => $"a graph of {attribute.G.Node.Count} nodes",
        _ => attribute.Type.ToString().ToLowerInvariant(),
    };
}

using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Graph.Operators;

/// <summary>Questions to sets of element types.</summary>
internal static class ElementTypeSets
{
    /// <summary>Whether a type is in a set.</summary>
    public static bool Holds(this ElementTypeSet set, DataType type) => (((int)set >> (int)type) & 1) != 0;

    /// <summary>ONNX's name for a type.</summary>
    public static string Name(this DataType type) => type.ToString().ToLowerInvariant();

    /// <summary>The types of a set, as a message lists them: <c>float, int64 or bool</c>.</summary>
    public static string Names(this ElementTypeSet set)
    {
        string[] names = [.. Enum.GetValues<DataType>().Where(type => set.Holds(type)).Select(Name)];
        return names.Length < 2 ? string.Concat(names) : $"{string.Join(", ", names[..^1])} or {names[^1]}";
    }
}

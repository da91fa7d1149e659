namespace OnnxInit.Contracts.Safetensors;

/// <summary>What a file's header says about one tensor.</summary>
/// <param name="Name">Unique in the file.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">The sizes of its axes; empty for a scalar.</param>
/// <param name="ByteLength">The product of the shape times the element's size.</param>
/// <param name="Offset">Where its bytes begin, counted from the end of the header.</param>
public sealed record SafetensorsEntry(string Name, SafetensorsType Type, IReadOnlyList<long> Shape, long ByteLength, long Offset);

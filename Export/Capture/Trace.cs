using static TorchSharp.torch;

namespace OnnxInit.Export.Capture;

/// <summary>One recorded run of forward.</summary>
/// <param name="Sizes">The size of every dynamic axis in it.</param>
/// <param name="Inputs">What forward was given.</param>
/// <param name="Calls">The calls that made tensors.</param>
/// <param name="Result">What forward returned.</param>
internal sealed record Trace(IReadOnlyDictionary<string, long> Sizes, Tensor[] Inputs, IReadOnlyList<RecordedCall> Calls, object? Result);

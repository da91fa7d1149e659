namespace OnnxInit.Contracts.Runs;

/// <summary>An image that the two sides of an export put into different classes.</summary>
/// <param name="Image">Its index in the set.</param>
/// <param name="Label">Its true class.</param>
/// <param name="TorchSharp">The class that the trained model gives; -1 where all its logits are NaN.</param>
/// <param name="OnnxRuntime">The class that the exported model gives; -1 where all its logits are NaN.</param>
/// <param name="Margin">
/// How close the decision was: the smaller of the two sides' differences between their greatest and second greatest logit. 0 where one
/// of these is not finite.
/// </param>
public sealed record ParityDisagreement(int Image, int Label, int TorchSharp, int OnnxRuntime, double Margin);

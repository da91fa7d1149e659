namespace OnnxInit.Export.Capture;

/// <summary>A size that depends on the data was, in all traces, one that does not. Other data may tell the two apart.</summary>
/// <param name="refusal">What to say when no data does.</param>
internal sealed class SizeCoincidenceException(CaptureRefusedException refusal) : Exception(refusal.Message, refusal)
{
    /// <summary>What to say when no data does.</summary>
    public CaptureRefusedException Refusal => refusal;
}

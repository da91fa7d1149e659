using System.Text.Json.Serialization;

namespace OnnxInit.Contracts.Runs;

/// <summary>An examination of a network on one batch.</summary>
/// <param name="Loss">The loss.</param>
/// <param name="Diagnosis">The verdict.</param>
/// <param name="Signals">What it rests on.</param>
public sealed record DoctorReport(double Loss, Diagnosis Diagnosis, SignalRecord Signals)
{
    /// <summary>The singular values of the Jacobian of the outputs with respect to the inputs; null when nobody asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SingularValues? Jacobian { get; init; }
}

/// <summary>The singular values of the input-output Jacobian, over some inputs. All 1 is dynamical isometry (Saxe et al. 2013, arXiv 1312.6120).</summary>
/// <param name="Inputs">Inputs.</param>
/// <param name="PerInput">Singular values of one input's Jacobian: the smaller of its outputs and its inputs.</param>
/// <param name="Mean">Their mean over all inputs; NaN when an entry of a Jacobian is not finite, as are the others.</param>
/// <param name="Min">The smallest.</param>
/// <param name="Max">The largest.</param>
/// <param name="Condition">The largest over the smallest of one input, the median over inputs; infinity where the smallest is 0.</param>
public sealed record SingularValues(int Inputs, int PerInput, double Mean, double Min, double Max, double Condition);

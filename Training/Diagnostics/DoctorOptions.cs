namespace OnnxInit.Training.Diagnostics;

/// <summary>How <see cref="Doctor"/> examines.</summary>
public sealed record DoctorOptions
{
    /// <summary>What the probe looks at.</summary>
    public SignalProbeOptions Probe { get; init; } = new();

    /// <summary>Examples of the batch to take the Jacobian at: one backward pass for each output of the network. 0, the default, leaves it out.</summary>
    public int JacobianInputs { get; init; }
}

namespace OnnxInit.Training.Initialization;

/// <summary>The shape of a distribution of mean 0.</summary>
public enum Distribution
{
    /// <summary>Gaussian.</summary>
    Normal,

    /// <summary>Uniform on +-sqrt(3 Var).</summary>
    Uniform,

    /// <summary>Gaussian without what lies beyond two standard deviations, widened so that the variance is the one asked for.</summary>
    TruncatedNormal,
}

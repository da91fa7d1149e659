namespace OnnxInit.Training.Initialization;

/// <summary>Which number of connections a variance is divided by.</summary>
public enum FanMode
{
    /// <summary>Connections into a unit: keeps the variance of the signal forward.</summary>
    FanIn,

    /// <summary>Connections out of a unit: keeps the variance of the gradient backward.</summary>
    FanOut,

    /// <summary>Half their sum: Glorot and Bengio's compromise.</summary>
    FanAvg,
}

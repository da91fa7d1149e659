namespace OnnxInit.Training.Initialization;

/// <summary>The activations in PyTorch's table of gains.</summary>
public enum Nonlinearity
{
    /// <summary>None: linear layers and convolutions.</summary>
    Linear,

    /// <summary>1 / (1 + exp(-x)).</summary>
    Sigmoid,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>max(0, x).</summary>
    Relu,

    /// <summary>x above 0, a x below.</summary>
    LeakyRelu,

    /// <summary>The self-normalising exponential unit.</summary>
    Selu,
}

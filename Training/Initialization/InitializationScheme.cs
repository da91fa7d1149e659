namespace OnnxInit.Training.Initialization;

/// <summary>
/// A way to give a network its first weights. Most schemes draw every weight alike (<see cref="WeightInitializer"/>); some look at the layer's
/// name or type (<see cref="PerLayer"/>), at its place in the network (<see cref="LooksLinear"/>), or at data.
/// </summary>
public abstract record InitializationScheme
{
    /// <summary>Gives values to parameters; those that it leaves alone keep theirs.</summary>
    /// <param name="network">The parameters of the network.</param>
    protected internal abstract void Draw(NetworkParameters network);
}

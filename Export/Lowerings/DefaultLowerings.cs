namespace OnnxInit.Export.Lowerings;

/// <summary>The lowerings that come with the exporter, family by family.</summary>
internal static class DefaultLowerings
{
    /// <summary>A registry of all of them.</summary>
    public static LoweringRegistry Create()
    {
        LoweringRegistry registry = new();
        ConvolutionLowerings.Register(registry);
        MaxPoolLowerings.Register(registry);
        AveragePoolLowerings.Register(registry);
        AdaptivePoolLowerings.Register(registry);
        ResizeLowerings.Register(registry);
        GridLowerings.Register(registry);
        return registry;
    }
}

namespace OnnxInit.Export.Lowerings;

/// <summary>The lowerings that come with the exporter, family by family.</summary>
internal static class DefaultLowerings
{
    /// <summary>A registry of all of them.</summary>
    public static LoweringRegistry Create()
    {
        LoweringRegistry registry = new();
        NormalizationLowerings.Register(registry);
        EmbeddingLowerings.Register(registry);
        RecurrentLowerings.Register(registry);
        RecurrentCellLowerings.Register(registry);
        AttentionLowerings.Register(registry);
        TransformerLowerings.Register(registry);
        return registry;
    }
}

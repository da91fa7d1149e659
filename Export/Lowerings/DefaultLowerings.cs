namespace OnnxInit.Export.Lowerings;

/// <summary>The lowerings that come with the exporter, family by family.</summary>
internal static class DefaultLowerings
{
    /// <summary>A registry of all of them.</summary>
    public static LoweringRegistry Create()
    {
        LoweringRegistry registry = new();
        ArithmeticLowerings.Register(registry);
        ElementaryLowerings.Register(registry);
        TrigonometricLowerings.Register(registry);
        SpecialLowerings.Register(registry);
        ComparisonLowerings.Register(registry);
        LogicLowerings.Register(registry);
        SelectionLowerings.Register(registry);
        MaximumLowerings.Register(registry);
        CastLowerings.Register(registry);
        CreationLowerings.Register(registry);
        ActivationLowerings.Register(registry);
        ShrinkageLowerings.Register(registry);
        SoftmaxLowerings.Register(registry);
        DropoutLowerings.Register(registry);
        return registry;
    }
}

using AttentionGen.Hosting;
using Microsoft.Extensions.DependencyInjection;
using static AttentionGen.Tests.TestServices;

namespace AttentionGen.Tests;

/// <summary>What is registered, and for how long.</summary>
public sealed class ServiceTests
{
    [Fact]
    public void Registry_and_selector_are_one_for_all_scopes()
    {
        using ServiceProvider services = Provide(static collection => collection.AddAttention(AttentionRegistry.Instance));
        using IServiceScope scope = services.CreateScope();

        Assert.Same(AttentionRegistry.Instance, services.GetRequiredService<AttentionBackendRegistry>());
        Assert.Same(services.GetRequiredService<IAttentionSelector>(), scope.ServiceProvider.GetRequiredService<IAttentionSelector>());
        Assert.Equal("TORCH_SDPA", services.Select(Request));
    }

    [Fact]
    public void A_selector_of_ones_own_stays()
    {
        using ServiceProvider services = Provide(static collection => collection
            .AddSingleton<IAttentionSelector, OwnSelector>().AddAttention(AttentionRegistry.Instance).AddAttention(AttentionRegistry.Instance));

        Assert.IsType<OwnSelector>(Assert.Single(services.GetServices<IAttentionSelector>()));
    }

    [Fact]
    public void Another_registry_is_refused()
    {
        ServiceCollection services = new();
        services.AddAttention(AttentionRegistry.Instance);

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => services.AddAttention(new EmptyRegistry()));
        Assert.Contains("EmptyRegistry, and the services hold another one already", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_selection_is_answered_from_memory_without_an_allocation()
    {
        using ServiceProvider services = Provide(Keys(("Backend", "XFORMERS")));
        IAttentionSelector selector = services.GetRequiredService<IAttentionSelector>();
        Selection first = selector.Select(Request);
        selector.Select(Request);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Selection second = selector.Select(Request);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Same(first, second);
    }

    private sealed class OwnSelector : IAttentionSelector
    {
        public Selection Select(AttentionRequest request) => AttentionRegistry.Select(request);
    }

    private sealed class EmptyRegistry() : AttentionBackendRegistry([], [])
    {
        public override int IndexOf(ReadOnlySpan<char> name) => -1;

        protected override BackendDescriptor? Describe(int index) => null;

        protected override IAttentionBackend? CreateRegistered(int index) => null;
    }
}

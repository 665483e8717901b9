namespace AttentionGen.Tests;

public sealed class RuntimeOverrideTests
{
    private readonly StubRegistry _registry = new(Descriptors.Make("FLASH_ATTN", Descriptors.Cpu), Descriptors.Make("ACME_ATTN", Descriptors.Cpu));

    [Fact]
    public void An_override_serves_the_name_until_it_is_cleared()
    {
        _registry.SetOverride("flash_attn", static () => new NamedBackend("test"));

        Assert.True(_registry.HasOverrides);
        Assert.True(_registry.IsOverridden("FLASH_ATTN"));
        Assert.False(_registry.IsOverridden("ACME_ATTN"));
        Assert.Equal("test", Name(_registry.Create("FLASH_ATTN")));
        Assert.Equal("test", Name(_registry.Create(Backend.FlashAttn)));
        Assert.Equal("ACME_ATTN", Name(_registry.Create("ACME_ATTN")));

        Assert.True(_registry.ClearOverride("Flash_Attn"));
        Assert.False(_registry.ClearOverride("FLASH_ATTN"));
        Assert.False(_registry.HasOverrides);
        Assert.Equal("FLASH_ATTN", Name(_registry.Create("FLASH_ATTN")));
    }

    [Fact]
    public void A_later_override_replaces_an_earlier_one_and_one_clear_takes_it_back()
    {
        _registry.SetOverride("FLASH_ATTN", static () => new NamedBackend("first"));
        _registry.SetOverride("FLASH_ATTN", static () => new NamedBackend("second"));

        Assert.Equal("second", Name(_registry.Create("FLASH_ATTN")));
        Assert.True(_registry.ClearOverride("FLASH_ATTN"));
        Assert.False(_registry.HasOverrides);
    }

    [Fact]
    public void A_name_that_nothing_serves_can_be_overridden()
    {
        _registry.SetOverride("PALLAS", static () => new NamedBackend("test"));

        Assert.Equal("test", Name(_registry.Create(Backend.Pallas)));
    }

    [Fact]
    public void A_name_that_is_not_known_cannot()
    {
        Assert.Throws<UnknownBackendException>(() => _registry.SetOverride("NOBODY", static () => new NamedBackend("test")));
        Assert.Throws<UnknownBackendException>(() => _registry.IsOverridden("NOBODY"));
        Assert.Throws<UnknownBackendException>(() => _registry.ClearOverride("NOBODY"));
        Assert.Throws<ArgumentNullException>(() => _registry.SetOverride("FLASH_ATTN", null!));
    }

    [Fact]
    public void A_factory_that_returns_null_is_named()
    {
        _registry.SetOverride("flash_attn", static () => null!);

        Assert.StartsWith("The factory that overrides FLASH_ATTN returned null.", Assert.Throws<InvalidOperationException>(() => _registry.Create("FLASH_ATTN")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_and_each_of_its_overrides_have_a_shared_instance_each()
    {
        IAttentionBackend ofClass = _registry.GetShared("FLASH_ATTN");
        _registry.SetOverride("FLASH_ATTN", static () => new NamedBackend("first"));
        IAttentionBackend ofFirst = _registry.GetShared(Backend.FlashAttn);
        _registry.SetOverride("FLASH_ATTN", static () => new NamedBackend("second"));

        Assert.Equal("first", Name(ofFirst));
        Assert.Equal("second", Name(_registry.GetShared("FLASH_ATTN")));
        Assert.Same(_registry.GetShared("flash_attn"), _registry.GetShared(Backend.FlashAttn));
        _registry.ClearOverride("FLASH_ATTN");
        Assert.Same(ofClass, _registry.GetShared("FLASH_ATTN"));
        Assert.Equal(1, _registry.Created);
    }

    [Fact]
    public void Created_instances_are_new_and_never_the_shared_one()
    {
        IAttentionBackend shared = _registry.GetShared("FLASH_ATTN");

        Assert.NotSame(shared, _registry.Create("FLASH_ATTN"));
        Assert.NotSame(_registry.Create("FLASH_ATTN"), _registry.Create("FLASH_ATTN"));
    }

    [Fact]
    public void A_failed_attempt_at_the_shared_instance_is_tried_again()
    {
        _registry.OnCreate = static () => throw new NotSupportedException("The device is not ready.");
        Assert.Throws<NotSupportedException>(() => _registry.GetShared("FLASH_ATTN"));
        _registry.OnCreate = static () => { };

        Assert.Equal("FLASH_ATTN", Name(_registry.GetShared("FLASH_ATTN")));
    }

    [Fact]
    public void The_shared_instance_is_made_once_however_many_threads_ask()
    {
        _registry.OnCreate = static () => Thread.Sleep(20);
        IAttentionBackend[] seen = new IAttentionBackend[16];
        Race(seen.Length, i => seen[i] = _registry.GetShared("FLASH_ATTN"));

        Assert.Equal(1, _registry.Created);
        Assert.All(seen, backend => Assert.Same(seen[0], backend));
    }

    [Fact]
    public void Threads_that_set_clear_and_create_see_the_class_or_an_override_and_leave_none_behind()
    {
        HashSet<string> allowed = ["FLASH_ATTN", "test"];
        Race(8, i =>
        {
            for (int round = 0; round < 2000; round++)
            {
                if (i % 2 == 0)
                {
                    _registry.SetOverride("FLASH_ATTN", static () => new NamedBackend("test"));
                    _registry.ClearOverride("FLASH_ATTN");
                }
                else
                {
                    Assert.Contains(Name(_registry.Create(Backend.FlashAttn)), allowed);
                    Assert.Contains(Name(_registry.GetShared(Backend.FlashAttn)), allowed);
                }
            }
        });

        Assert.False(_registry.HasOverrides);
        Assert.Equal("FLASH_ATTN", Name(_registry.GetShared("FLASH_ATTN")));
    }

    [Fact]
    public void An_override_serves_under_the_declaration_of_the_class_it_stands_in_for()
    {
        _registry.SetOverride("FLASH_ATTN", static () => new NamedBackend("test"));
        _registry.SetOverride("PALLAS", static () => new NamedBackend("test"));

        Assert.True(_registry.TryGetDescriptor("FLASH_ATTN", out BackendDescriptor? declared));
        Assert.Same(declared, Assert.IsType<NamedBackend>(_registry.Create("FLASH_ATTN")).Attached);
        Assert.Same(declared, Assert.IsType<NamedBackend>(_registry.GetShared("FLASH_ATTN")).Attached);
        Assert.Null(Assert.IsType<NamedBackend>(_registry.Create("PALLAS")).Attached);
    }

    [Fact]
    public void A_selection_creates_the_override()
    {
        Selection selection = AttentionSelector.Select(_registry, Descriptors.CpuRequest with { Backend = "FLASH_ATTN" });
        _registry.SetOverride("FLASH_ATTN", static () => new NamedBackend("test"));

        Assert.Equal("test", selection.Create<NamedBackend>().Name);
    }

    private static string Name(IAttentionBackend backend) => Assert.IsType<NamedBackend>(backend).Name;

    // Real threads and a barrier: a thread pool would start them one after another on a small machine.
    private static void Race(int threads, Action<int> body)
    {
        using Barrier start = new(threads);
        List<Exception> failures = [];
        Thread[] all =
        [
            .. Enumerable.Range(0, threads).Select(i => new Thread(() =>
            {
                try
                {
                    start.SignalAndWait();
                    body(i);
                }
                catch (Exception exception)
                {
                    lock (failures)
                        failures.Add(exception);
                }
            })),
        ];
        foreach (Thread thread in all)
            thread.Start();

        foreach (Thread thread in all)
            thread.Join();

        Assert.Empty(failures);
    }
}

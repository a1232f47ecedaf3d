export {
  FakeLibvirtd,
  type FakeAgent,
  type FakeCall,
  type FakeDomainOptions,
  type FakeFault,
  type FakeLibvirtdOptions,
} from './fake-libvirtd.ts';

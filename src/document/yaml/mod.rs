pub struct Yaml;
impl super::syntax::Syntax for Yaml {
    fn scan(
        &self,
        _: &str,
        _: &super::syntax::Limits,
    ) -> Result<super::syntax::Scan, super::error::SyntaxError> {
        todo!()
    }
    fn token_style(&self, _: &super::slot::Slot) -> super::slot::Style {
        todo!()
    }
    fn token(&self, _: &super::slot::Slot, _: &str, _: &mut String) {
        todo!()
    }
    fn spell(
        &self,
        _: &super::syntax::Spot,
        _: super::value::ValueRef<'_>,
    ) -> Result<super::syntax::Spelling, super::error::SyntaxError> {
        todo!()
    }
    fn metadata(&self, _: &str, _: &super::syntax::Part, _: &super::tree::Node) -> super::syntax::Edit {
        todo!()
    }
    fn emit(
        &self,
        _: &[super::tree::Node],
        _: super::syntax::Emit,
    ) -> Result<zeroize::Zeroizing<String>, super::error::SyntaxError> {
        todo!()
    }
    fn emit_value(
        &self,
        _: &super::tree::Node,
        _: super::syntax::Emit,
    ) -> Result<zeroize::Zeroizing<String>, super::error::SyntaxError> {
        todo!()
    }
}
